package lars

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	maxAddresses   = 8           // a name with more is used with the first ones
	minLookUpGap   = time.Second // between two look-ups of one name
	defaultAgent   = "127.0.0.1:8888/3"
	maxShards      = 64
	defaultNShards = 3
)

type agentAddress struct {
	text   string
	host   string
	port   int
	shards int
}

// parseAgent reads "host:port[/shards]"; an empty text means LARS_AGENT, or 127.0.0.1:8888/3.
func parseAgent(text string) (agentAddress, error) {
	if text == "" {
		text = os.Getenv("LARS_AGENT")
	}
	if text == "" {
		text = defaultAgent
	}
	refuse := func(why string) (agentAddress, error) {
		return agentAddress{}, fmt.Errorf(
			"%w: agent address '%s': %s; expected host:port[/shards], such as 127.0.0.1:8888/3",
			ErrInvalid, text, why)
	}
	agent := agentAddress{text: text, shards: defaultNShards}
	rest, count, slash := strings.Cut(text, "/")
	if slash {
		shards, err := strconv.ParseUint(count, 10, 16)
		if err != nil || shards < 1 || shards > maxShards {
			return refuse("'" + count + "' is not a number from 1 to 64")
		}
		agent.shards = int(shards)
	}
	colon := strings.LastIndexByte(rest, ':')
	if colon <= 0 {
		return refuse("no port")
	}
	port, err := strconv.ParseUint(rest[colon+1:], 10, 16)
	if err != nil || port < 1 {
		return refuse("'" + rest[colon+1:] + "' is not a number from 1 to 65535")
	}
	agent.port = int(port)
	if agent.port+agent.shards-1 > 65535 {
		return refuse("the ports of its shards end above 65535")
	}
	agent.host = strings.TrimSuffix(strings.TrimPrefix(rest[:colon], "["), "]")
	return agent, nil
}

// addressList is the addresses that the agent's name had at one time; which of them answers may
// change.
type addressList struct {
	addresses []netip.Addr
	preferred atomic.Int32
	answered  atomic.Bool
}

// locator finds the agent: its addresses, looked up again when nobody answers at those that are
// known. Safe for any number of goroutines.
type locator struct {
	agent   agentAddress
	fixed   bool
	current atomic.Pointer[addressList]
	next    atomic.Int64 // look-up, in nanoseconds since start
	looking atomic.Bool
	start   time.Time
}

func find(agent agentAddress, timeout time.Duration) (*locator, error) {
	l := &locator{agent: agent, start: time.Now()}
	l.next.Store(int64(minLookUpGap))
	if address, err := netip.ParseAddr(agent.host); err == nil {
		l.fixed = true
		l.current.Store(&addressList{addresses: []netip.Addr{address.Unmap()}})
		return l, nil
	}
	addresses, err := lookUp(agent.host, timeout)
	if err != nil {
		return nil, fmt.Errorf("lars: agent address '%s': %w", agent.text, err)
	}
	l.current.Store(&addressList{addresses: addresses})
	return l, nil
}

func lookUp(host string, timeout time.Duration) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	var addresses []netip.Addr
	for _, each := range found {
		if each = each.Unmap(); !contains(addresses, each) && len(addresses) < maxAddresses {
			addresses = append(addresses, each)
		}
	}
	return addresses, nil
}

func contains[T comparable](all []T, one T) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}

// unanswered has the name looked up again, in the background, unless it just was.
func (l *locator) unanswered() {
	now := int64(time.Since(l.start))
	due := l.next.Load()
	if l.fixed || now < due || !l.next.CompareAndSwap(due, now+int64(minLookUpGap)) {
		return
	}
	if !l.looking.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer l.looking.Store(false)
		// While the look-up fails, the addresses that are known are as good as none.
		addresses, err := lookUp(l.agent.host, 10*time.Second)
		if err == nil && !same(addresses, l.current.Load().addresses) {
			l.current.Store(&addressList{addresses: addresses})
		}
	}()
}

func same(a, b []netip.Addr) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
