package lars

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sort"
	"sync"
	"time"
)

const (
	answerTimeout  = 2 * time.Second       // of the agent, at most
	firstPause     = 50 * time.Millisecond // before the agent is tried again
	longestPause   = time.Second
	lookInterval   = 100 * time.Millisecond // while somebody waits or asks
	restInterval   = 30 * time.Second       // or else
	maxServiceBody = 16 << 20
)

// Check is how the agent finds out whether a service serves.
type Check uint32

const (
	CheckNone Check = iota
	CheckTCP        // its port accepts connections
	CheckHTTP       // a GET is answered with 200 to 299
	CheckGRPC       // the standard health service says SERVING
)

// Service is what a program offers.
type Service struct {
	Module  Module
	Port    uint16
	Address string  // IPv4 or IPv6; empty: the one by which this host reaches dns
	Weight  *uint32 // 0 to 65535; nil: 100
	Zone    string  // "region/zone"; empty: the agent's
	Tags    map[string]string

	Check         Check
	CheckPort     uint16        // 0: Port
	CheckPath     string        // of CheckHTTP; empty: "/"
	CheckService  string        // of CheckGRPC; empty: the server
	CheckInterval time.Duration // 0: 1 s
	CheckTimeout  time.Duration // 0: 1 s

	Drain   time.Duration // over which its weight falls when it is withdrawn; 0: 2 s
	Lasting bool          // until it is withdrawn, whatever becomes of this program
	Socket  string        // the agent's; empty: LARS_SOCKET, else /run/lars/agent.sock
}

// RegistrationState is what has become of a registration.
type RegistrationState int

const (
	Connecting RegistrationState = iota // the agent isn't reached; it is tried again and again
	Refused                             // the agent doesn't take it
	Starting                            // its check hasn't passed yet
	Failing                             // its check fails: nobody calls it
	Serving
	Draining
	Withdrawn
)

func (s RegistrationState) String() string {
	return [...]string{"connecting", "refused", "starting", "failing", "serving", "draining", "withdrawn"}[s]
}

// Registration is a service that this program offers, registered through the agent of its host as
// long as the program lives: when it ends, however it does, the service is gone from all routes.
type Registration struct {
	service service
	path    string
	wake    chan struct{}
	done    chan struct{}

	mutex   sync.Mutex
	state   RegistrationState
	why     string
	stored  bool
	asked   bool
	leaves  bool
	ends    bool
	changed chan struct{} // closed at the next change

	connection net.Conn // of the goroutine
	seq        uint32   // the same
}

type service struct {
	Service
	name    string
	id      moduleID
	address netip.Addr
	tags    []string
}

// Register registers a service, in the background, and again whenever the agent was restarted. The
// error says why what is given can't be registered at all.
func Register(what Service) (*Registration, error) {
	s := service{Service: what}
	var err error
	if s.name, s.id, err = what.Module.split(); err != nil {
		return nil, err
	}
	if what.Port == 0 {
		return nil, fmt.Errorf("%w: a service is registered with its port, 1 to 65535", ErrInvalid)
	}
	if what.Address != "" {
		if s.address, err = netip.ParseAddr(what.Address); err != nil {
			return nil, fmt.Errorf("%w: %q is no IPv4 or IPv6 address", ErrInvalid, what.Address)
		}
	}
	if what.Weight != nil && *what.Weight > maxWeight {
		return nil, fmt.Errorf("%w: a weight is 0 to 65535, and not %d", ErrInvalid, *what.Weight)
	}
	for key, value := range what.Tags {
		tag := key + "=" + value
		if err := checkTag(tag); err != nil {
			return nil, err
		}
		s.tags = append(s.tags, tag)
	}
	sort.Strings(s.tags)
	r := &Registration{
		service: s,
		path:    firstOf(what.Socket, os.Getenv("LARS_SOCKET"), "/run/lars/agent.sock"),
		wake:    make(chan struct{}, 1),
		done:    make(chan struct{}),
		changed: make(chan struct{}),
	}
	go r.run()
	return r, nil
}

func firstOf(texts ...string) string {
	for _, each := range texts {
		if each != "" {
			return each
		}
	}
	return ""
}

// State is as it was lately, and why it doesn't serve; looked at every 100 ms while somebody asks.
func (r *Registration) State() (RegistrationState, string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.asked = true
	r.notify()
	return r.state, r.why
}

// Withdraw has its weight fall to 0, and then it goes. False: it isn't gone after that time.
func (r *Registration) Withdraw(timeout time.Duration) bool {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	r.mutex.Lock()
	r.leaves = true
	r.notify()
	for r.state != Withdrawn {
		changed := r.changed
		r.mutex.Unlock()
		select {
		case <-changed:
		case <-deadline.C:
			return false
		}
		r.mutex.Lock()
	}
	r.mutex.Unlock()
	return true
}

// Close lets go of the agent, which withdraws the service at once, unless it is lasting.
func (r *Registration) Close() error {
	r.mutex.Lock()
	r.ends = true
	r.notify()
	r.mutex.Unlock()
	<-r.done
	return nil
}

func (r *Registration) notify() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Registration) set(state RegistrationState, why string, stored bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.state, r.why, r.stored = state, why, stored
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *Registration) run() {
	defer close(r.done)
	defer r.drop()
	pause := firstPause
	for {
		r.mutex.Lock()
		ends, leaves := r.ends, r.leaves
		r.mutex.Unlock()
		if ends {
			return
		}
		if err := r.step(leaves); err != nil {
			r.drop()
			r.set(Connecting, fmt.Sprintf("%s: %v", r.path, err), false)
		}
		if r.connection != nil {
			pause = firstPause
			if r.busy() {
				r.rest(lookInterval)
			} else {
				r.rest(restInterval)
			}
			continue
		}
		if leaves {
			r.rest(restInterval)
			continue
		}
		r.rest(pause)
		if pause *= 2; pause > longestPause {
			pause = longestPause
		}
	}
}

func (r *Registration) step(leaves bool) error {
	switch {
	case r.connection == nil && leaves:
		// An agent that isn't there has nothing of it, or will find that it is gone.
		r.set(Withdrawn, "", false)
		return nil
	case r.connection == nil:
		return r.connect()
	case leaves:
		if _, err := r.request(r.service.encodeWithdraw(r.nextSeq())); err != nil {
			return err
		}
	}
	return r.look()
}

func (r *Registration) busy() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	asked := r.asked
	r.asked = false
	return asked || !(r.state == Withdrawn || (r.stored && !r.leaves))
}

// rest waits until something is wanted, or the agent has gone: of a connection at rest nothing comes
// but its end.
func (r *Registration) rest(time_ time.Duration) {
	ended := make(chan struct{})
	if connection := r.connection; connection != nil {
		connection.SetReadDeadline(time.Now().Add(time_))
		go func() {
			var one [1]byte
			connection.Read(one[:])
			close(ended)
		}()
		select {
		case <-r.wake:
			connection.SetReadDeadline(time.Unix(1, 0))
			<-ended
		case <-ended:
		}
		return
	}
	timer := time.NewTimer(time_)
	defer timer.Stop()
	select {
	case <-r.wake:
	case <-timer.C:
	}
}

func (r *Registration) drop() {
	if r.connection != nil {
		r.connection.Close()
		r.connection = nil
	}
}

func (r *Registration) nextSeq() uint32 {
	r.seq++
	return r.seq
}

func (r *Registration) connect() error {
	connection, err := net.DialTimeout("unix", r.path, answerTimeout)
	if err != nil {
		var inner *net.OpError
		if errors.As(err, &inner) {
			return inner.Err
		}
		return err
	}
	r.connection = connection
	answer, err := r.request(r.service.encodeRegister(r.nextSeq()))
	if err != nil {
		return err
	}
	if answer.err != "" {
		r.drop() // and asks again: what is in its way may go
		r.set(Refused, answer.err, false)
		return nil
	}
	return r.look()
}

func (r *Registration) look() error {
	e := newFrame()
	e.number(1, uint64(r.nextSeq()))
	answer, err := r.request(e.finish(servicesRequest))
	if err != nil {
		return err
	}
	for _, each := range answer.services {
		same := each.name == r.service.name && (each.name != "" || each.id == r.service.id)
		if !same || each.port != r.service.Port {
			continue
		}
		state := Serving
		switch each.state {
		case 1:
			state = Failing
		case 2:
			state = Draining
		case 3:
			state = Starting
		}
		r.set(state, each.reason, each.announced)
		return nil
	}
	r.set(Withdrawn, "", false)
	return nil
}

func (r *Registration) request(message []byte) (serviceAnswer, error) {
	r.connection.SetDeadline(time.Now().Add(answerTimeout))
	if _, err := r.connection.Write(message); err != nil {
		return serviceAnswer{}, errors.New("the agent has gone")
	}
	var header [headerSize]byte
	if _, err := io.ReadFull(r.connection, header[:]); err != nil {
		return serviceAnswer{}, errors.New("the agent doesn't answer")
	}
	size := binary.LittleEndian.Uint32(header[4:])
	if binary.LittleEndian.Uint32(header[:]) != serviceResponse || size > maxServiceBody {
		return serviceAnswer{}, errors.New("this isn't an agent's answer")
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r.connection, body); err != nil {
		return serviceAnswer{}, errors.New("the agent doesn't answer")
	}
	answer, ok := decodeServiceAnswer(body)
	if !ok {
		return serviceAnswer{}, errors.New("this isn't an agent's answer")
	}
	return answer, nil
}

func (s *service) encodeInstance() []byte {
	var host encoder
	if s.address.IsValid() {
		if address := s.address.Unmap(); address.Is4() {
			four := address.As4()
			host.int32(1, int32(binary.BigEndian.Uint32(four[:])))
		} else {
			sixteen := address.As16()
			host.data(17, sixteen[:])
		}
	}
	host.present(2, uint64(s.Port))
	if s.Weight != nil {
		host.present(16, uint64(*s.Weight))
	}
	host.text(18, s.Zone)
	for _, tag := range s.tags {
		host.data(19, []byte(tag))
	}
	var instance encoder
	instance.text(1, s.name)
	instance.int32(2, s.id.modid)
	instance.int32(3, s.id.cmdid)
	instance.data(4, host.bytes)
	return instance.bytes
}

func (s *service) encodeRegister(seq uint32) []byte {
	var check encoder
	check.number(1, uint64(s.Check))
	check.number(3, uint64(s.CheckPort))
	check.text(4, s.CheckPath)
	check.text(7, s.CheckService)
	check.number(10, uint64(s.CheckInterval.Milliseconds()))
	check.number(11, uint64(s.CheckTimeout.Milliseconds()))
	e := newFrame()
	e.number(1, uint64(seq))
	e.data(2, s.encodeInstance())
	e.data(3, check.bytes)
	e.number(4, uint64(s.Drain.Milliseconds()))
	if s.Lasting {
		e.present(5, 1)
	}
	return e.finish(registerRequest)
}

func (s *service) encodeWithdraw(seq uint32) []byte {
	e := newFrame()
	e.number(1, uint64(seq))
	e.data(2, s.encodeInstance())
	return e.finish(withdrawRequest)
}

type registeredService struct {
	name      string
	id        moduleID
	port      uint16
	state     uint64
	reason    string
	announced bool
}

type serviceAnswer struct {
	seq      uint32
	err      string
	services []registeredService
}

func decodeServiceAnswer(body []byte) (serviceAnswer, bool) {
	d := decoder{bytes: body}
	var answer serviceAnswer
	for d.next() {
		switch {
		case d.is(1, wireVarint):
			answer.seq = uint32(d.value)
		case d.is(2, wireBytes):
			answer.err = string(d.data)
		case d.is(3, wireBytes):
			service, ok := decodeService(d.data)
			if !ok {
				return serviceAnswer{}, false
			}
			answer.services = append(answer.services, service)
		}
	}
	return answer, !d.bad
}

func decodeService(bytes []byte) (registeredService, bool) {
	d := decoder{bytes: bytes}
	var service registeredService
	for d.next() {
		switch {
		case d.is(5, wireVarint):
			service.announced = d.value != 0
		case d.is(1, wireBytes):
			instance := decoder{bytes: d.data}
			for instance.next() {
				switch {
				case instance.is(1, wireBytes):
					service.name = string(instance.data)
				case instance.is(2, wireVarint):
					service.id.modid = int32(instance.value)
				case instance.is(3, wireVarint):
					service.id.cmdid = int32(instance.value)
				case instance.is(4, wireBytes):
					host := decoder{bytes: instance.data}
					for host.next() {
						if host.is(2, wireVarint) {
							service.port = uint16(host.value)
						}
					}
				case instance.is(5, wireVarint):
					service.state = instance.value
				case instance.is(6, wireBytes):
					service.reason = string(instance.data)
				}
			}
			if instance.bad {
				return service, false
			}
		}
	}
	return service, !d.bad
}
