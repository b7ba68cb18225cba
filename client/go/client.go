package lars

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	defaultTimeout       = 500 * time.Millisecond
	defaultFirstCallWait = 20 * time.Millisecond
	maxTimeout           = 60 * time.Second
	maxExcluded          = 8
	prepareTries         = 3
	preparePause         = 50 * time.Millisecond
	defaultAttempts      = 3
	failed               = 1
	maxHints             = 4096
)

// Options of a client. The zero value is what most programs want.
type Options struct {
	// "host:port[/shards]"; empty: LARS_AGENT, else 127.0.0.1:8888/3. A name may have several
	// addresses: each is tried. It is looked up by New, and again when nobody answers.
	Agent string
	// No question takes longer, nor does New; a context may say less. 0: 500 ms. At most 60 s.
	Timeout time.Duration
	// How long a question may wait for a module that the agent has to learn first, but at most a
	// third of the timeout. 0: 20 ms; below 0: not at all.
	FirstCallWait time.Duration
}

// Client asks the agent. Any number of goroutines may share one.
type Client struct {
	locator *locator
	pool    *pool
	timeout time.Duration
	waitMs  uint32

	mutex sync.RWMutex
	hints map[string]moduleID // what names stood for last: it says which shard to ask
}

// New answers an error when the options are wrong, or the agent's name can't be looked up.
func New(options Options) (*Client, error) {
	timeout := options.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	if timeout < time.Millisecond || timeout > maxTimeout {
		return nil, fmt.Errorf("%w: Timeout is %s: it is 1 ms to 60 s", ErrInvalid, timeout)
	}
	wait := options.FirstCallWait
	switch {
	case wait == 0:
		wait = defaultFirstCallWait
	case wait < 0:
		wait = 0
	case wait > maxTimeout:
		return nil, fmt.Errorf("%w: FirstCallWait is %s: it is at most 60 s", ErrInvalid, wait)
	}
	// An answer that waited longer than one try would only be asked for again.
	if wait > timeout/maxTries {
		wait = timeout / maxTries
	}
	agent, err := parseAgent(options.Agent)
	if err != nil {
		return nil, err
	}
	locator, err := find(agent, timeout)
	if err != nil {
		return nil, err
	}
	return &Client{
		locator: locator,
		pool:    newPool(locator),
		timeout: timeout,
		waitMs:  uint32(wait.Milliseconds()),
		hints:   make(map[string]moduleID),
	}, nil
}

// Close closes the client's sockets.
func (c *Client) Close() error {
	c.pool.close()
	return nil
}

func (c *Client) shardOf(id moduleID) int {
	return int((int64(id.modid) + int64(id.cmdid)) % int64(c.locator.agent.shards))
}

func (c *Client) hint(name string, otherwise moduleID) moduleID {
	if name == "" {
		return otherwise
	}
	c.mutex.RLock()
	defer c.mutex.RUnlock()
	if id, ok := c.hints[name]; ok {
		return id
	}
	return otherwise
}

func (c *Client) note(name string, id moduleID) {
	if name == "" || c.hint(name, moduleID{-1, -1}) == id {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.hints) >= maxHints {
		c.hints = make(map[string]moduleID)
	}
	c.hints[name] = id
}

// deadline is the earlier one of the client's and the context's.
func (c *Client) deadline(ctx context.Context, begin time.Time) time.Time {
	deadline := begin.Add(c.timeout)
	if of, ok := ctx.Deadline(); ok && of.Before(deadline) {
		return of
	}
	return deadline
}

// contextError is an ErrNoAnswer, and the context's error.
type contextError struct {
	text string
	err  error
}

func (e *contextError) Error() string        { return e.text }
func (e *contextError) Is(target error) bool { return target == ErrNoAnswer }
func (e *contextError) Unwrap() error        { return e.err }

// unanswered: why there is no answer. A context that is over says so itself, too.
func (c *Client) unanswered(ctx context.Context, module Module) error {
	if err := ctx.Err(); err != nil {
		return &contextError{fmt.Sprintf("%v: %s at %s: %v", ErrNoAnswer, module, c.locator.agent.text, err), err}
	}
	return fmt.Errorf("%w: %s at %s within %s", ErrNoAnswer, module, c.locator.agent.text, c.timeout)
}

// Choose answers a node to call now. The error is, for errors.Is, ErrNoSuchModule, ErrOverloaded,
// ErrNoAnswer or ErrInvalid.
func (c *Client) Choose(ctx context.Context, module Module, request Request) (Choice, error) {
	begin := time.Now()
	deadline := c.deadline(ctx, begin)
	name, id, err := module.split()
	if err != nil {
		return Choice{}, err
	}
	if request.Select != "" {
		if err := checkTag(request.Select); err != nil {
			return Choice{}, err
		}
	}
	for _, each := range request.Exclude {
		if err := checkHost(each); err != nil {
			return Choice{}, err
		}
	}
	id = c.hint(name, id)
	channel := c.pool.borrow(ctx, deadline)
	if channel == nil {
		return Choice{}, c.unanswered(ctx, module)
	}
	encode := func(seq uint32) []byte {
		return encodeGetHost(hostQuestion{seq, id, name, request, c.waitMs})
	}
	var answer hostAnswer
	answered := channel.ask(ctx, c.shardOf(id), encode, begin, deadline, func(datagram []byte) bool {
		said, ok := decodeHostAnswer(datagram)
		if !ok || !channel.asked(said.seq) || (name == "" && said.id != id) {
			return false
		}
		answer = said
		return true
	})
	c.pool.end(channel, answered)
	if !answered {
		return Choice{}, c.unanswered(ctx, module)
	}
	switch answer.retcode {
	case retSucc:
		c.note(name, answer.id)
		return Choice{answer.host, request.Attempt, answer.id}, nil
	case retOverload:
		wait := time.Duration(answer.waitMs) * time.Millisecond
		return Choice{}, &OverloadedError{module, wait}
	case retNoExist:
		return Choice{}, fmt.Errorf("%w: %s", ErrNoSuchModule, module)
	}
	return Choice{}, fmt.Errorf("%w: %s: it answers %d", ErrNoAnswer, module, answer.retcode)
}

func checkHost(host Host) error {
	if !host.IsValid() || host.Port() == 0 {
		return fmt.Errorf("%w: %q is no node", ErrInvalid, host.String())
	}
	return nil
}

// Report says how a call to the chosen node went. It waits for nothing; an error says that it
// couldn't be sent.
func (c *Client) Report(module Module, choice Choice, result Result) error {
	name, _, err := module.split()
	if err != nil {
		return err
	}
	if err := checkHost(choice.Host); err != nil {
		return err
	}
	result.Attempt = choice.Attempt
	channel := c.pool.take()
	sent := channel.send(c.shardOf(choice.id), encodeReport(choice.id, name, choice.Host, result))
	c.pool.giveBack(channel, sent)
	if !sent {
		return fmt.Errorf("%w: %s: the report isn't sent", ErrNoAnswer, module)
	}
	return nil
}

// CallOptions say how Do calls. The zero value is for most.
type CallOptions struct {
	// 1: no retry, for what mustn't be done twice; 0: 3.
	MaxAttempts int
	// Which errors another node may do better with; nil: all but the context's own.
	Retry   func(error) bool
	Select  string
	HashKey *uint64
}

// Do calls a service: function gets a node, and its error, if any, is reported as a failure, and
// tried again on another node, as long as the context isn't over and the agent grants it. Answers
// the last attempt's error.
func (c *Client) Do(ctx context.Context, module Module, function func(Host) error) error {
	return c.DoWith(ctx, module, CallOptions{}, function)
}

// DoWith is Do, with options.
func (c *Client) DoWith(
	ctx context.Context, module Module, options CallOptions, function func(Host) error,
) error {
	attempts := options.MaxAttempts
	if attempts == 0 {
		attempts = defaultAttempts
	}
	request := Request{Select: options.Select, HashKey: options.HashKey}
	var last error
	for ; int(request.Attempt) < attempts && (last == nil || ctx.Err() == nil); request.Attempt++ {
		choice, err := c.Choose(ctx, module, request)
		if err != nil {
			// A retry that isn't granted leaves the call with the error that it has.
			if last != nil {
				return last
			}
			return err
		}
		last = c.attempt(module, choice, function)
		if last == nil || errors.Is(last, context.Canceled) || (options.Retry != nil && !options.Retry(last)) {
			return last
		}
		request.Exclude = append(request.Exclude, choice.Host)
	}
	return last
}

// attempt reports also one that panics, as failed.
func (c *Client) attempt(module Module, choice Choice, function func(Host) error) (err error) {
	result := Result{Code: failed}
	begun := time.Now()
	defer func() {
		result.Latency = time.Since(begun)
		c.Report(module, choice, result)
	}()
	if err = function(choice.Host); err == nil {
		result.Code = 0
	}
	return err
}

// DialContext connects to a node of the module that address names, as in "payments:80", whose port
// is left aside: for http.Transport and the like. A connection counts as a call that lasted until
// it was there; a node that doesn't take it is reported, and another one tried.
func (c *Client) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		name = address
	}
	var connection net.Conn
	var dialer net.Dialer
	err = c.Do(ctx, Module(name), func(host Host) error {
		var err error
		connection, err = dialer.DialContext(ctx, network, host.String())
		return err
	})
	return connection, err
}

// Route answers all nodes of a module.
func (c *Client) Route(ctx context.Context, module Module) ([]Node, error) {
	answer, err := c.route(ctx, module, routeAnswer{}, false)
	if err == nil && len(answer.nodes) == 0 {
		err = fmt.Errorf("%w: %s", ErrNoSuchModule, module)
	}
	return answer.nodes, err
}

// Prepare makes the agent learn a module before it is needed: up to three questions, 50 ms apart.
func (c *Client) Prepare(ctx context.Context, module Module) error {
	for try := 1; ; try++ {
		_, err := c.Route(ctx, module)
		if try == prepareTries || !errors.Is(err, ErrNoSuchModule) {
			return err
		}
		select {
		case <-time.After(preparePause):
		case <-ctx.Done():
			return err
		}
	}
}

// route asks from what is known on: who watches knows what it had last.
func (c *Client) route(
	ctx context.Context, module Module, known routeAnswer, watch bool,
) (routeAnswer, error) {
	begin := time.Now()
	deadline := c.deadline(ctx, begin)
	name, id, err := module.split()
	if err != nil {
		return known, err
	}
	id = c.hint(name, id)
	channel := c.pool.borrow(ctx, deadline)
	if channel == nil {
		return known, c.unanswered(ctx, module)
	}
	shard := c.shardOf(id)
	whole, complete := known, false
	accept := func(datagram []byte) bool {
		said, ok := decodeRouteAnswer(datagram)
		if !ok || (said.unchanged && !watch) || (name == "" && said.id != id) {
			return false
		}
		whole, complete = addPart(said, whole)
		return true
	}
	encode := func(uint32) []byte {
		return encodeGetRoute(id, name, whole.etag, len(whole.nodes), watch, whole.states)
	}
	for !complete {
		if !channel.ask(ctx, shard, encode, begin, deadline, accept) {
			c.pool.end(channel, false)
			return known, c.unanswered(ctx, module)
		}
		// This answer has no sequence number. One to an earlier question for all is as good; one
		// for another part isn't.
		if !complete || whole.etag != 0 || watch {
			channel.renew(shard)
		}
		begin = time.Now()
	}
	c.pool.end(channel, true)
	return whole, nil
}

// addPart puts a part of a route where it belongs, and answers whether no other is to be asked for.
func addPart(part, whole routeAnswer) (routeAnswer, bool) {
	if part.unchanged {
		return whole, true
	}
	if len(whole.nodes) == 0 || part.etag != whole.etag || !whole.truncated {
		// The first part, perhaps because the route is another one by now.
		return part, !part.truncated || part.etag == 0
	}
	whole.truncated = part.truncated
	whole.nodes = append(whole.nodes[:len(whole.nodes):len(whole.nodes)], part.nodes...)
	return whole, !whole.truncated || len(part.nodes) == 0
}

// Watch follows the nodes of a module until the context is over: changed is called with the first
// nodes, and whenever one came, went, or got another weight or state. A change is noticed within
// the interval; 0: 250 ms. While the agent doesn't answer, the nodes stay as they are.
func (c *Client) Watch(
	ctx context.Context, module Module, interval time.Duration, changed func([]Node),
) error {
	if _, _, err := module.split(); err != nil {
		return err
	}
	if interval == 0 {
		interval = 250 * time.Millisecond
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	var known routeAnswer
	for told := false; ; {
		answer, err := c.route(ctx, module, known, true)
		if err == nil && (!told || !sameNodes(answer.nodes, known.nodes)) {
			told = true
			changed(append([]Node(nil), answer.nodes...))
		}
		if err == nil {
			known = answer
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func sameNodes(a, b []Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Host != b[i].Host || a[i].Weight != b[i].Weight || a[i].State != b[i].State || a[i].Zone != b[i].Zone {
			return false
		}
	}
	return true
}

// ParseHost reads "192.168.1.177:80" or "[2001:db8::1]:80".
func ParseHost(text string) (Host, error) {
	address, err := netip.ParseAddrPort(text)
	if err != nil {
		return Host{}, fmt.Errorf("%w: %q is no node: %v", ErrInvalid, text, err)
	}
	return Host{netip.AddrPortFrom(address.Addr().Unmap(), address.Port())}, nil
}
