package lars

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"
)

func newPeer(t *testing.T) (*net.UDPConn, *socket) {
	peer, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	port := peer.LocalAddr().(*net.UDPAddr).Port
	s, err := dial(netip.MustParseAddr("127.0.0.1"), port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	return peer, s
}

// exchange has the peer send back what it gets.
func exchange(t *testing.T, peer *net.UDPConn, s *socket, text string) {
	t.Helper()
	if !s.send([]byte(text)) {
		t.Fatal("it isn't sent")
	}
	var bytes [100]byte
	size, from, err := peer.ReadFromUDPAddrPort(bytes[:])
	if err != nil {
		t.Fatal(err)
	}
	peer.WriteToUDPAddrPort(bytes[:size], from)
	size, err = s.read(bytes[:])
	if err != nil || string(bytes[:size]) != text {
		t.Fatalf("%q comes back as %q: %v", text, bytes[:size], err)
	}
}

func TestSocketGoesBetweenTheKernelAndThePoller(t *testing.T) {
	peer, s := newPeer(t)
	for i := 0; i < 3; i++ {
		s.block()
		exchange(t, peer, s, "blocking")
		exchange(t, peer, s, "")
		if err := s.poll(time.Now(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		exchange(t, peer, s, "polled")
		exchange(t, peer, s, "")
	}
}

func TestSocketThatGetsNothing(t *testing.T) {
	_, s := newPeer(t)
	var bytes [100]byte
	if s.block() {
		if _, err := s.read(bytes[:]); !os.IsTimeout(err) {
			t.Errorf("blocking: %v", err)
		}
	}
	s.poll(time.Now(), time.Now().Add(time.Hour))
	s.poll(time.Now(), time.Now())
	if _, err := s.read(bytes[:]); !os.IsTimeout(err) {
		t.Errorf("polled: %v", err)
	}
	s.poll(time.Now(), time.Now().Add(time.Hour))
	go s.wake()
	if _, err := s.read(bytes[:]); !os.IsTimeout(err) {
		t.Errorf("woken: %v", err)
	}
}

func TestSocketToNobody(t *testing.T) {
	peer, s := newPeer(t)
	peer.Close()
	var bytes [100]byte
	s.send([]byte("is anybody there?"))
	s.block()
	if _, err := s.read(bytes[:]); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("it is %v", err)
	}
}
