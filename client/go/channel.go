package lars

import (
	"context"
	"math/bits"
	"math/rand"
	"os"
	"runtime"
	"sync"
	"time"
)

const (
	largestDatagram = 65507
	// How often a question is sent within its deadline, if nothing is heard.
	maxTries = 3
	// After which time an agent that isn't there is asked again: it may be about to start.
	afterRefusal = 20 * time.Millisecond
	// Questions under way at once.
	maxChannels = 64
	// What nobody used for so long is closed.
	maxIdle = 10 * time.Second
	// A context that is cancelled is noticed within that, or a tick of the kernel's.
	lookAtContext = 10 * time.Millisecond
	// Time that is nearer than some ticks isn't left to the kernel, which knows it less exactly.
	minBlocking = 30 * time.Millisecond
)

// question says where a question is sent, and when again: neither I/O nor a clock. First to the
// address that answered last; to all of them when that is silent for a third of the time; to the
// others at once when nobody listens there; and when nobody listens anywhere, again and again.
type question struct {
	all, due, asked, dead, refusals addressSet
	begin                           time.Time
	tryLength                       time.Duration
	try                             int
	again                           time.Time // zero: not
}

// addressSet has a bit for each index in an addressList.
type addressSet uint8

func (s addressSet) has(i int) bool { return s&(1<<i) != 0 }

func newQuestion(count, preferred int, begin, deadline time.Time) *question {
	return &question{
		all:       addressSet(1<<count - 1),
		due:       1 << preferred,
		begin:     begin,
		tryLength: deadline.Sub(begin) / maxTries,
		try:       1,
	}
}

func (q *question) takeDue() addressSet {
	due := q.due
	q.due = 0
	q.asked |= due
	return due
}

func (q *question) tryEnds() time.Time {
	return q.begin.Add(time.Duration(q.try) * q.tryLength)
}

func (q *question) wakes() time.Time {
	end := q.tryEnds()
	if !q.again.IsZero() && q.again.Before(end) {
		return q.again
	}
	return end
}

func (q *question) wake(now time.Time) {
	if !q.again.IsZero() && !now.Before(q.again) {
		q.again = time.Time{}
		q.dead, q.refusals = 0, 0
		q.due = q.all
	}
	if !now.Before(q.tryEnds()) {
		q.try++
		q.due = q.all &^ q.dead
	}
}

// refused: nobody listens there. The first time that may be news of a datagram sent long ago.
func (q *question) refused(address int, now time.Time) {
	if q.refusals.has(address) {
		q.unreachable(address, now)
		return
	}
	q.refusals |= 1 << address
	q.due |= 1 << address
}

func (q *question) unreachable(address int, now time.Time) {
	q.dead |= 1 << address
	q.due &^= 1 << address
	q.asked &^= 1 << address
	if q.asked|q.due != 0 {
		return
	}
	q.due = q.all &^ q.dead
	if q.due == 0 {
		q.again = now.Add(afterRefusal)
	}
}

// channel is sockets to the shards of an agent, for one goroutine at a time.
type channel struct {
	pool     *pool
	locator  *locator
	list     *addressList
	sockets  []*socket // by address and shard; nil: not opened yet
	in       []byte
	seq      uint32 // sent last
	before   uint32 // and by the question before the one under way
	lastUsed time.Time
}

func newChannel(p *pool) *channel {
	return &channel{
		pool:    p,
		locator: p.locator,
		list:    p.locator.current.Load(),
		sockets: make([]*socket, maxAddresses*p.locator.agent.shards),
		in:      make([]byte, largestDatagram),
		seq:     rand.Uint32(),
	}
}

func (c *channel) nextSeq() uint32 {
	if c.seq++; c.seq == 0 {
		c.seq = 1
	}
	return c.seq
}

// asked: with one of the numbers that the question under way was sent with.
func (c *channel) asked(seq uint32) bool { return seq-c.before-1 < c.seq-c.before }

func (c *channel) close() {
	for i := range c.sockets {
		c.closeAt(i)
	}
}

func (c *channel) closeAt(i int) {
	if c.sockets[i] != nil {
		c.sockets[i].close()
		c.sockets[i] = nil
	}
}

// renew: answers to earlier questions don't come any more.
func (c *channel) renew(shard int) {
	for i := 0; i < maxAddresses; i++ {
		c.closeAt(i*c.locator.agent.shards + shard)
	}
}

func (c *channel) socketAt(address, shard int) *socket {
	return c.sockets[address*c.locator.agent.shards+shard]
}

func (c *channel) follow() {
	if current := c.locator.current.Load(); current != c.list {
		c.close()
		c.list = current
	}
}

// send sends once, and waits for nothing: to the first address that doesn't refuse.
func (c *channel) send(shard int, message []byte) bool {
	c.follow()
	count := len(c.list.addresses)
	for i := 0; i < count; i++ {
		if c.sendTo((int(c.list.preferred.Load())+i)%count, shard, message) {
			return true
		}
	}
	c.locator.unanswered()
	return false
}

func (c *channel) sendTo(address, shard int, message []byte) bool {
	i := address*c.locator.agent.shards + shard
	if c.sockets[i] == nil {
		opened, err := dial(c.list.addresses[address], c.locator.agent.port+shard)
		if err != nil {
			return false
		}
		c.sockets[i] = opened
	}
	return c.sockets[i].send(message)
}

// ask sends, again if need be and each time with a fresh number, until accept takes an answer, or
// time is over.
func (c *channel) ask(
	ctx context.Context, shard int, encode func(seq uint32) []byte, begin, deadline time.Time,
	accept func([]byte) bool,
) bool {
	c.follow()
	c.before = c.seq
	q := newQuestion(len(c.list.addresses), int(c.list.preferred.Load()), begin, deadline)
	for {
		due := q.takeDue()
		var message []byte
		if due != 0 {
			message = encode(c.nextSeq())
		}
		for i := range c.list.addresses {
			if due.has(i) && !c.sendTo(i, shard, message) {
				q.unreachable(i, time.Now())
			}
		}
		if q.due != 0 {
			continue
		}
		until := q.wakes()
		if deadline.Before(until) {
			until = deadline
		}
		if c.await(ctx, q, shard, until, accept) {
			return true
		}
		now := time.Now()
		if !now.Before(deadline) || ctx.Err() != nil {
			c.locator.unanswered()
			return false
		}
		if now.Before(q.wakes()) {
			continue
		}
		q.wake(now)
		c.locator.unanswered()
		if c.locator.current.Load() != c.list {
			c.follow()
			q = newQuestion(len(c.list.addresses), 0, now, deadline)
			q.due = q.all
		}
	}
}

func (c *channel) await(
	ctx context.Context, q *question, shard int, until time.Time, accept func([]byte) bool,
) bool {
	for first := true; ctx.Err() == nil; first = false {
		now := time.Now()
		if !now.Before(until) {
			return false
		}
		slice := until
		if ctx.Done() != nil && now.Add(lookAtContext).Before(slice) {
			slice = now.Add(lookAtContext)
		}
		block := first && until.Sub(now) >= minBlocking
		address, size, err := c.read(q.asked, shard, now, slice, block)
		switch {
		case err == nil:
			if accept(c.in[:size]) {
				c.prefer(address)
				return true
			}
		case os.IsTimeout(err):
		default:
			q.refused(address, time.Now())
			return false
		}
	}
	return false
}

// read answers the first datagram, or error, of one of the addresses.
func (c *channel) read(
	asked addressSet, shard int, now, until time.Time, block bool,
) (int, int, error) {
	switch bits.OnesCount8(uint8(asked)) {
	case 0:
		time.Sleep(until.Sub(now))
		return 0, 0, os.ErrDeadlineExceeded
	case 1:
		address := bits.TrailingZeros8(uint8(asked))
		socket := c.socketAt(address, shard)
		if block && socket.block() {
			if c.pool.shared() {
				// Who blocks keeps others from its processor: they ask first.
				runtime.Gosched()
			}
		} else if err := socket.poll(now, until); err != nil {
			return address, 0, err
		}
		size, err := socket.read(c.in)
		return address, size, err
	}
	return c.readAny(asked, shard, now, until)
}

// readAny waits at several: the first one that has something ends the waiting of the others.
func (c *channel) readAny(asked addressSet, shard int, now, until time.Time) (int, int, error) {
	type outcome struct {
		address int
		bytes   []byte
		err     error
	}
	outcomes := make(chan outcome, maxAddresses)
	var sockets []*socket
	for address := range c.list.addresses {
		if !asked.has(address) {
			continue
		}
		socket := c.socketAt(address, shard)
		if err := socket.poll(now, until); err != nil {
			outcomes <- outcome{address: address, err: err}
			continue
		}
		sockets = append(sockets, socket)
		go func(address int) {
			bytes := make([]byte, largestDatagram)
			size, err := socket.read(bytes)
			outcomes <- outcome{address, bytes[:size], err}
		}(address)
	}
	first := <-outcomes
	for _, each := range sockets {
		each.wake()
	}
	for i := 1; i < bits.OnesCount8(uint8(asked)); i++ {
		// What comes at the same time counts before an error does.
		if other := <-outcomes; first.err != nil && other.err == nil {
			first = other
		}
	}
	return first.address, copy(c.in, first.bytes), first.err
}

func (c *channel) prefer(address int) {
	c.list.answered.Store(true)
	if int(c.list.preferred.Swap(int32(address))) == address {
		return
	}
	for i := range c.sockets {
		if i/c.locator.agent.shards != address {
			c.closeAt(i)
		}
	}
}

// pool lends channels, up to a bound.
type pool struct {
	locator *locator
	room    chan struct{} // an element for each question under way
	mutex   sync.Mutex
	free    []*channel // the one that was used last at the end
}

func newPool(l *locator) *pool {
	return &pool{locator: l, room: make(chan struct{}, maxChannels)}
}

// borrow is nil when all were in use until then.
func (p *pool) borrow(ctx context.Context, deadline time.Time) *channel {
	select {
	case p.room <- struct{}{}:
	default:
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		select {
		case p.room <- struct{}{}:
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
	return p.take()
}

func (p *pool) take() *channel {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		taken := p.free[last]
		p.free = p.free[:last]
		return taken
	}
	return newChannel(p)
}

// shared: other questions are under way, too.
func (p *pool) shared() bool { return len(p.room) > 1 }

// end is a question's end.
func (p *pool) end(c *channel, answered bool) {
	p.giveBack(c, answered)
	<-p.room
}

// giveBack: a channel over which a late answer might come isn't used again.
func (p *pool) giveBack(c *channel, good bool) {
	c.lastUsed = time.Now()
	var old []*channel
	p.mutex.Lock()
	if good && len(p.free) < maxChannels {
		p.free = append(p.free, c)
	} else {
		old = append(old, c)
	}
	count := 0
	for count < len(p.free) && c.lastUsed.Sub(p.free[count].lastUsed) > maxIdle {
		count++
	}
	old = append(old, p.free[:count]...)
	p.free = append(p.free[:0], p.free[count:]...)
	p.mutex.Unlock()
	for _, each := range old {
		each.close()
	}
}

func (p *pool) close() {
	p.mutex.Lock()
	free := p.free
	p.free = nil
	p.mutex.Unlock()
	for _, each := range free {
		each.close()
	}
}
