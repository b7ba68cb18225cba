package lars

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// agent answers every question for a node with the first one that isn't excluded, and notes what is
// reported.
type agent struct {
	socket *net.UDPConn

	mutex     sync.Mutex
	nodes     []Host
	frozen    bool
	noRetries bool
	questions int
	reports   []map[uint64]uint64 // numbers by field
}

func newAgent(t *testing.T, nodes ...string) *agent {
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{socket: socket}
	for _, each := range nodes {
		a.nodes = append(a.nodes, Host{netip.MustParseAddrPort(each)})
	}
	t.Cleanup(func() { socket.Close() })
	go a.serve()
	return a
}

func (a *agent) client(t *testing.T, timeout time.Duration) *Client {
	client, err := New(Options{Agent: a.socket.LocalAddr().String() + "/1", Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func (a *agent) serve() {
	bytes := make([]byte, 65536)
	for {
		size, sender, err := a.socket.ReadFromUDP(bytes)
		if err != nil {
			return
		}
		if answer := a.answer(bytes[:size]); answer != nil {
			a.socket.WriteToUDP(answer, sender)
		}
	}
}

func (a *agent) answer(datagram []byte) []byte {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	numbers := make(map[uint64]uint64)
	excluded := make(map[Host]bool)
	d := decoder{bytes: datagram[headerSize:]}
	for d.next() {
		if d.kind == wireVarint {
			numbers[d.field] = d.value
		}
		if d.is(20, wireBytes) {
			node, _ := decodeNode(d.data)
			excluded[node.Host] = true
		}
	}
	if binary.LittleEndian.Uint32(datagram) == reportRequest {
		a.reports = append(a.reports, numbers)
		return nil
	}
	if a.frozen {
		return nil
	}
	a.questions++
	e := newFrame()
	e.number(1, numbers[1])
	e.number(2, 1)
	e.number(3, 2)
	for _, each := range a.nodes {
		if !excluded[each] && !(a.noRetries && numbers[21] > 0) {
			e.host(5, each)
			return e.finish(getHostResponse)
		}
	}
	e.number(4, retOverload)
	return e.finish(getHostResponse)
}

func (a *agent) set(change func()) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	change()
}

func (a *agent) waitForReports(t *testing.T, count int) []map[uint64]uint64 {
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(time.Millisecond) {
		a.mutex.Lock()
		reports := append([]map[uint64]uint64(nil), a.reports...)
		a.mutex.Unlock()
		if len(reports) >= count {
			return reports
		}
	}
	t.Fatalf("there aren't %d reports", count)
	return nil
}

var module = ID(1, 2)

func TestDoTriesAgainElsewhere(t *testing.T) {
	a := newAgent(t, "10.0.0.1:80", "10.0.0.2:80")
	client := a.client(t, 20*time.Second)
	var seen []Host
	err := client.Do(context.Background(), module, func(host Host) error {
		seen = append(seen, host)
		if len(seen) == 1 {
			return errors.New("refused")
		}
		return nil
	})
	if err != nil || len(seen) != 2 || seen[0] == seen[1] {
		t.Fatalf("%v: %v", seen, err)
	}
	reports := a.waitForReports(t, 2)
	if reports[0][4] != 1 || reports[1][4] != 0 || reports[1][19] != 1 {
		t.Errorf("reports: %v", reports)
	}
}

func TestRetryThatIsntGrantedLeavesTheCallsError(t *testing.T) {
	a := newAgent(t, "10.0.0.1:80", "10.0.0.2:80")
	a.set(func() { a.noRetries = true })
	mine := errors.New("mine")
	err := a.client(t, 20*time.Second).Do(context.Background(), module, func(Host) error { return mine })
	if err != mine {
		t.Errorf("it is %v", err)
	}
}

func TestErrorsThatArentWorthIt(t *testing.T) {
	a := newAgent(t, "10.0.0.1:80", "10.0.0.2:80")
	options := CallOptions{Retry: func(error) bool { return false }}
	calls := 0
	err := a.client(t, 20*time.Second).DoWith(context.Background(), module, options, func(Host) error {
		calls++
		return io.ErrUnexpectedEOF
	})
	if err != io.ErrUnexpectedEOF || calls != 1 {
		t.Errorf("%d calls: %v", calls, err)
	}
}

func TestPanicIsReportedAsFailed(t *testing.T) {
	a := newAgent(t, "10.0.0.1:80")
	client := a.client(t, 20*time.Second)
	func() {
		defer func() { recover() }()
		client.Do(context.Background(), module, func(Host) error { panic("no") })
	}()
	if reports := a.waitForReports(t, 1); reports[0][4] != failed {
		t.Errorf("reports: %v", reports)
	}
}

func TestContextEndsAQuestion(t *testing.T) {
	a := newAgent(t, "10.0.0.1:80")
	a.set(func() { a.frozen = true })
	client := a.client(t, 60*time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	go cancel()
	_, err := client.Choose(ctx, module, Request{})
	if !errors.Is(err, ErrNoAnswer) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err = client.Choose(short, module, Request{}); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("deadline: %v", err)
	}
	a.set(func() { a.frozen = false })
	if _, err = client.Choose(context.Background(), module, Request{}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestAnswersToEveryTryAreTheQuestions(t *testing.T) {
	for _, before := range []uint32{0, 7, 1<<32 - 2, 1<<32 - 1} {
		c := channel{seq: before, before: before}
		last := c.nextSeq()
		first := last
		for try := 1; try < 3; try++ {
			last = c.nextSeq()
		}
		if !c.asked(first) || !c.asked(last) || c.asked(before) || c.asked(last+1) {
			t.Errorf("after %d, from %d to %d", before, first, last)
		}
	}
}

func TestManyGoroutinesShareAClient(t *testing.T) {
	a := newAgent(t, "10.0.0.1:80")
	client := a.client(t, 60*time.Second)
	var all sync.WaitGroup
	for i := 0; i < 200; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for k := 0; k < 5; k++ {
				choice, err := client.Choose(context.Background(), "payments", Request{})
				if err != nil {
					t.Error(err)
					return
				}
				client.Report("payments", choice, Result{Latency: -1})
			}
		}()
	}
	all.Wait()
	if open := len(client.pool.free); open > maxChannels {
		t.Errorf("%d channels are open", open)
	}
}

func TestHTTPByName(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "it is ", r.Host)
	}))
	defer server.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	a := newAgent(t, closed.Listener.Addr().String(), server.Listener.Addr().String())
	transport := &http.Transport{DialContext: a.client(t, 20*time.Second).DialContext}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get("http://payments/cards")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); string(body) != "it is payments" {
		t.Errorf("it says %q", body)
	}
	if reports := a.waitForReports(t, 2); reports[0][4] != failed || reports[1][4] != 0 {
		t.Errorf("reports: %v", reports)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	client, err := New(Options{Agent: "127.0.0.1:1/1", Timeout: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- client.Watch(ctx, module, time.Millisecond, func([]Node) {}) }()
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("it is %v", err)
	}
	if err := client.Watch(context.Background(), "No", 0, nil); !errors.Is(err, ErrInvalid) {
		t.Errorf("a wrong name: %v", err)
	}
}
