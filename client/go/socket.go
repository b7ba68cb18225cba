package lars

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"
)

// socket is connected to a shard of the agent: it learns at once when nobody listens. To park a
// goroutine in the runtime's poller and to wake it costs several times as much as to wait in the
// system call for what mostly comes within 0.1 ms. So it is waited for there at first, without the
// poller knowing of it, and then at the poller.
type socket struct {
	polled   *net.UDPConn
	blocking *os.File  // in place of polled
	deadline time.Time // of polled, for reading
}

func dial(address netip.Addr, port int) (*socket, error) {
	where := net.UDPAddrFromAddrPort(netip.AddrPortFrom(address, uint16(port)))
	connection, err := net.DialUDP("udp", nil, where)
	if err != nil {
		return nil, err
	}
	return &socket{polled: connection}, nil
}

func (s *socket) io() io.ReadWriteCloser {
	if s.blocking != nil {
		return s.blocking
	}
	return s.polled
}

func (s *socket) close() { s.io().Close() }

func (s *socket) send(message []byte) bool {
	// The first error may be the news of an earlier datagram.
	for attempt := 0; attempt < 2; attempt++ {
		if _, err := s.io().Write(message); err == nil {
			return true
		}
	}
	return false
}

// read may end earlier than it must, with an os.IsTimeout.
func (s *socket) read(bytes []byte) (int, error) {
	size, err := s.io().Read(bytes)
	if errors.Is(err, io.EOF) { // as a file says it of an empty datagram
		err = nil
	}
	return size, err
}

// poll has the poller wait, until then at most. A deadline that was set for an earlier question is
// left, since each costs something.
func (s *socket) poll(now, until time.Time) error {
	if s.blocking != nil {
		connection, err := net.FilePacketConn(s.blocking)
		if err != nil {
			return err
		}
		s.blocking.Close()
		*s = socket{polled: connection.(*net.UDPConn)}
	}
	if !s.deadline.After(now) || s.deadline.After(until) {
		s.deadline = until
		return s.polled.SetReadDeadline(until)
	}
	return nil
}

// wake ends the waiting at the poller.
func (s *socket) wake() {
	s.deadline = time.Time{}
	s.polled.SetReadDeadline(time.Unix(1, 0))
}
