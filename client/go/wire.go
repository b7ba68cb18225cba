package lars

import (
	"encoding/binary"
	"math"
	"net/netip"
)

// The messages between a program and the agent of its host, as bytes. Each is a frame: message id
// and body length, little-endian 32 bits each, then a body in protobuf's encoding.
// docs/protocol.md of Lars has the fields.
const (
	getHostRequest   = 4
	getHostResponse  = 5
	reportRequest    = 6
	getRouteRequest  = 7
	getRouteResponse = 8
	registerRequest  = 49
	withdrawRequest  = 50
	servicesRequest  = 52
	serviceResponse  = 53

	headerSize = 8
)

const (
	retSucc     = 0
	retOverload = 1
	retNoExist  = 3
)

const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

const (
	maxWeight     = 65535
	defaultWeight = 100
)

// encoder appends fields. As proto3 has it, what is zero or empty is left out.
type encoder struct{ bytes []byte }

func newFrame() *encoder { return &encoder{bytes: make([]byte, headerSize, 128)} }

func (e *encoder) finish(id uint32) []byte {
	binary.LittleEndian.PutUint32(e.bytes, id)
	binary.LittleEndian.PutUint32(e.bytes[4:], uint32(len(e.bytes)-headerSize))
	return e.bytes
}

func (e *encoder) tag(field, kind uint64) {
	e.bytes = binary.AppendUvarint(e.bytes, field<<3|kind)
}

func (e *encoder) present(field, value uint64) {
	e.tag(field, wireVarint)
	e.bytes = binary.AppendUvarint(e.bytes, value)
}

func (e *encoder) number(field, value uint64) {
	if value != 0 {
		e.present(field, value)
	}
}

// int32 writes a negative number as one of 64 bits, as protobuf does.
func (e *encoder) int32(field uint64, value int32) { e.number(field, uint64(int64(value))) }

func (e *encoder) data(field uint64, value []byte) {
	e.tag(field, wireBytes)
	e.bytes = binary.AppendUvarint(e.bytes, uint64(len(value)))
	e.bytes = append(e.bytes, value...)
}

func (e *encoder) text(field uint64, value string) {
	if value != "" {
		e.tag(field, wireBytes)
		e.bytes = binary.AppendUvarint(e.bytes, uint64(len(value)))
		e.bytes = append(e.bytes, value...)
	}
}

func (e *encoder) fixed64(field, value uint64) {
	e.tag(field, wireFixed64)
	e.bytes = binary.LittleEndian.AppendUint64(e.bytes, value)
}

func (e *encoder) float(field uint64, value float32) {
	e.tag(field, wireFixed32)
	e.bytes = binary.LittleEndian.AppendUint32(e.bytes, math.Float32bits(value))
}

// host writes an address of IPv4 as a number, which a negative int32 stands for from 128.0.0.0 on.
func (e *encoder) host(field uint64, host Host) {
	var inner encoder
	var room [32]byte
	inner.bytes = room[:0]
	address := host.Addr().Unmap()
	if address.Is4() {
		four := address.As4()
		inner.int32(1, int32(binary.BigEndian.Uint32(four[:])))
		inner.number(2, uint64(host.Port()))
	} else {
		sixteen := address.As16()
		inner.number(2, uint64(host.Port()))
		inner.data(17, sixteen[:])
	}
	e.data(field, inner.bytes)
}

type hostQuestion struct {
	seq     uint32
	id      moduleID
	name    string
	options Request
	waitMs  uint32
}

func encodeGetHost(q hostQuestion) []byte {
	e := newFrame()
	e.number(1, uint64(q.seq))
	e.int32(2, q.id.modid)
	e.int32(3, q.id.cmdid)
	e.text(17, q.name)
	if q.options.HashKey != nil {
		e.fixed64(18, *q.options.HashKey)
	}
	e.present(19, uint64(q.waitMs))
	for i, each := range q.options.Exclude {
		if i == maxExcluded {
			break
		}
		e.host(20, each)
	}
	e.number(21, uint64(q.options.Attempt))
	e.text(22, q.options.Select)
	return e.finish(getHostRequest)
}

// encodeGetRoute asks for the nodes that follow the first `rows` ones of the route of that etag.
// Who watches says which hash the states have that it knows.
func encodeGetRoute(id moduleID, name string, etag uint64, rows int, watch bool, states uint64) []byte {
	e := newFrame()
	e.int32(1, id.modid)
	e.int32(2, id.cmdid)
	if rows > 0 {
		e.fixed64(16, etag)
	}
	e.text(17, name)
	e.number(22, uint64(rows))
	if watch {
		e.present(24, 1)
		e.fixed64(25, states)
	}
	return e.finish(getRouteRequest)
}

func encodeReport(id moduleID, name string, host Host, result Result) []byte {
	e := newFrame()
	e.int32(1, id.modid)
	e.int32(2, id.cmdid)
	e.host(3, host)
	e.int32(4, result.Code)
	if result.Latency >= 0 {
		e.present(16, uint64(min64(result.Latency.Microseconds(), math.MaxUint32)))
	}
	e.text(17, name)
	if result.ServerLoad != nil {
		e.float(18, *result.ServerLoad)
	}
	e.number(19, uint64(result.Attempt))
	return e.finish(reportRequest)
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// decoder reads fields one after the other. Those that aren't known are skipped.
type decoder struct {
	bytes []byte
	bad   bool

	field uint64
	kind  uint64
	value uint64 // of a number
	data  []byte // of bytes
}

func (d *decoder) varint() uint64 {
	value, size := binary.Uvarint(d.bytes)
	if size <= 0 {
		d.bad = true
		return 0
	}
	d.bytes = d.bytes[size:]
	return value
}

func (d *decoder) take(size uint64) []byte {
	if size > uint64(len(d.bytes)) {
		d.bad = true
		return nil
	}
	taken := d.bytes[:size]
	d.bytes = d.bytes[size:]
	return taken
}

func (d *decoder) next() bool {
	if d.bad || len(d.bytes) == 0 {
		return false
	}
	tag := d.varint()
	d.field, d.kind = tag>>3, tag&7
	switch d.kind {
	case wireVarint:
		d.value = d.varint()
	case wireFixed64:
		if bytes := d.take(8); bytes != nil {
			d.value = binary.LittleEndian.Uint64(bytes)
		}
	case wireBytes:
		d.data = d.take(d.varint())
	case wireFixed32:
		if bytes := d.take(4); bytes != nil {
			d.value = uint64(binary.LittleEndian.Uint32(bytes))
		}
	default:
		d.bad = true
	}
	d.bad = d.bad || d.field == 0
	return !d.bad
}

func (d *decoder) is(field, kind uint64) bool { return d.field == field && d.kind == kind }

// bodyOf is nil, and false, when it isn't a frame of that id.
func bodyOf(datagram []byte, id uint32) (decoder, bool) {
	if len(datagram) < headerSize || binary.LittleEndian.Uint32(datagram) != id ||
		uint64(binary.LittleEndian.Uint32(datagram[4:])) != uint64(len(datagram)-headerSize) {
		return decoder{}, false
	}
	return decoder{bytes: datagram[headerSize:]}, true
}

func decodeNode(bytes []byte) (Node, bool) {
	d := decoder{bytes: bytes}
	node := Node{Weight: defaultWeight}
	var ip uint32
	var port int32
	var address []byte
	for d.next() {
		switch {
		case d.is(1, wireVarint):
			ip = uint32(d.value)
		case d.is(2, wireVarint):
			port = int32(d.value)
		case d.is(16, wireVarint):
			node.Weight = uint32(d.value)
			if node.Weight > maxWeight {
				node.Weight = maxWeight
			}
		case d.is(17, wireBytes):
			address = d.data
		case d.is(18, wireBytes):
			node.Zone = string(d.data)
		case d.is(19, wireBytes):
			node.Tags = append(node.Tags, string(d.data))
		case d.is(20, wireVarint):
			node.State = NodeState(d.value)
		}
	}
	if d.bad || port < 1 || port > 65535 || (len(address) > 0 && len(address) != 16) {
		return Node{}, false
	}
	if len(address) > 0 {
		var sixteen [16]byte
		copy(sixteen[:], address)
		node.Host = Host{netip.AddrPortFrom(netip.AddrFrom16(sixteen).Unmap(), uint16(port))}
	} else {
		var four [4]byte
		binary.BigEndian.PutUint32(four[:], ip)
		node.Host = Host{netip.AddrPortFrom(netip.AddrFrom4(four), uint16(port))}
	}
	return node, true
}

type hostAnswer struct {
	seq     uint32
	id      moduleID
	retcode int32
	host    Host
	waitMs  uint32
}

func decodeHostAnswer(datagram []byte) (hostAnswer, bool) {
	d, ok := bodyOf(datagram, getHostResponse)
	if !ok {
		return hostAnswer{}, false
	}
	var answer hostAnswer
	for d.next() {
		switch {
		case d.is(1, wireVarint):
			answer.seq = uint32(d.value)
		case d.is(2, wireVarint):
			answer.id.modid = int32(d.value)
		case d.is(3, wireVarint):
			answer.id.cmdid = int32(d.value)
		case d.is(4, wireVarint):
			answer.retcode = int32(d.value)
		case d.is(5, wireBytes):
			node, ok := decodeNode(d.data)
			if !ok {
				return hostAnswer{}, false
			}
			answer.host = node.Host
		case d.is(16, wireVarint):
			answer.waitMs = uint32(d.value)
		}
	}
	if d.bad || (answer.retcode == retSucc && !answer.host.IsValid()) {
		return hostAnswer{}, false
	}
	return answer, true
}

type routeAnswer struct {
	id        moduleID
	nodes     []Node
	etag      uint64
	unchanged bool
	truncated bool
	states    uint64
}

func decodeRouteAnswer(datagram []byte) (routeAnswer, bool) {
	d, ok := bodyOf(datagram, getRouteResponse)
	if !ok {
		return routeAnswer{}, false
	}
	var answer routeAnswer
	for d.next() {
		switch {
		case d.is(1, wireVarint):
			answer.id.modid = int32(d.value)
		case d.is(2, wireVarint):
			answer.id.cmdid = int32(d.value)
		case d.is(3, wireBytes):
			node, ok := decodeNode(d.data)
			if !ok {
				return routeAnswer{}, false
			}
			answer.nodes = append(answer.nodes, node)
		case d.is(16, wireFixed64):
			answer.etag = d.value
		case d.is(17, wireVarint):
			answer.unchanged = d.value != 0
		case d.is(18, wireVarint):
			answer.truncated = d.value != 0
		case d.is(24, wireFixed64):
			answer.states = d.value
		}
	}
	return answer, !d.bad
}
