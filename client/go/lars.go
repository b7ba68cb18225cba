// Package lars answers which node of a service to call now, by asking the Lars agent of this host,
// and tells the agent how calls went.
//
//	client, err := lars.New(lars.Options{})
//	…
//	err = client.Do(ctx, "payments", func(host lars.Host) error {
//		return pay(ctx, host.String())
//	})
//
// chooses a node, calls it, reports how that went, and tries again elsewhere.
package lars

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// What can go wrong, for errors.Is.
var (
	// ErrNoAnswer: the agent of this host doesn't answer within the deadline.
	ErrNoAnswer = errors.New("lars: the agent doesn't answer")
	// ErrNoSuchModule: the module is unknown, or has no nodes.
	ErrNoSuchModule = errors.New("lars: no node of the module is known")
	// ErrOverloaded: no node should be called now. *OverloadedError says when to try again.
	ErrOverloaded = errors.New("lars: no node should be called now")
	// ErrInvalid: what was given can't be a module, a tag, a node or an agent's address.
	ErrInvalid = errors.New("lars: invalid")
)

// OverloadedError is an ErrOverloaded.
type OverloadedError struct {
	Module Module
	// After how long a retry that was refused may be tried; 0: there is no node that isn't excluded
	// or overloaded.
	Wait time.Duration
}

func (e *OverloadedError) Error() string {
	if e.Wait > 0 {
		return fmt.Sprintf("lars: %s: no retry now, the module is in trouble", e.Module)
	}
	return fmt.Sprintf("lars: %s: every node is overloaded or excluded", e.Module)
}

func (e *OverloadedError) Is(target error) bool { return target == ErrOverloaded }

// Module is a service: its name, such as "payments", or what ID says.
type Module string

// ID is a module by its two ids.
func ID(modid, cmdid int32) Module { return Module(fmt.Sprintf("%d,%d", modid, cmdid)) }

type moduleID struct{ modid, cmdid int32 }

// split answers a module's name, or its ids.
func (m Module) split() (string, moduleID, error) {
	text := string(m)
	if first, second, ok := strings.Cut(text, ","); ok {
		modid, err := strconv.ParseInt(first, 10, 32)
		cmdid, err2 := strconv.ParseInt(second, 10, 32)
		if err != nil || err2 != nil || modid < 0 || cmdid < 0 {
			return "", moduleID{}, fmt.Errorf("%w: %q is no module: ids are from 0 to 2147483647", ErrInvalid, text)
		}
		return "", moduleID{int32(modid), int32(cmdid)}, nil
	}
	if why := whyNoName(text); why != "" {
		return "", moduleID{}, fmt.Errorf("%w: %q is no name of a module: %s", ErrInvalid, text, why)
	}
	return text, moduleID{}, nil
}

func whyNoName(text string) string {
	if text == "" {
		return "it is empty"
	}
	if len(text) > 200 {
		return "it has more than 200 characters"
	}
	if strings.Trim(text, "0123456789") == "" {
		return "digits alone are an id"
	}
	begin := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] != '.' {
			c := text[i]
			if !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' {
				return "names are of lower-case letters, digits, '-' and dots"
			}
			continue
		}
		label := text[begin:i]
		if len(label) == 0 || len(label) > 63 {
			return "a part between dots has 1 to 63 characters"
		}
		if label[0] == '-' || label[len(label)-1] == '-' {
			return "a part begins or ends with '-'"
		}
		begin = i + 1
	}
	return ""
}

func isOf(text, others string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		letter := (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		if !letter && !(c >= '0' && c <= '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return len(text) <= 63
}

func checkTag(tag string) error {
	key, value, ok := strings.Cut(tag, "=")
	if !ok || key == "" || !isOf(key, "._-") || !isOf(value, "._-/:@+") {
		return fmt.Errorf("%w: %q is no tag: it is key=value", ErrInvalid, tag)
	}
	return nil
}

// Host is a node: where to call. As text it is "192.168.1.177:80" or "[2001:db8::1]:80".
type Host struct{ netip.AddrPort }

// NodeState is what the agent holds a node for, by the calls to it.
type NodeState uint32

const (
	Serves    NodeState = iota
	SlowStart           // it gets a growing part of its share
	HalfOpen            // it is tried by single calls
	Ejected             // calls to it failed: it isn't chosen now
)

// Node is one node of a route.
type Node struct {
	Host   Host
	Weight uint32 // 0 to 65535; 0: drained
	State  NodeState
	Zone   string // "region/zone"; empty: not known
	Tags   []string
}

// Request is what a caller says of its call, besides the module.
type Request struct {
	// "key=value": only nodes with this tag; empty: any.
	Select string
	// Calls of the same key go to the same node, if the module's policy is consistent_hash.
	// See Key.
	HashKey *uint64
	// Nodes that were tried already: the first 8 are left out.
	Exclude []Host
	// 0 for a call's first try; higher for a retry elsewhere, which the agent may refuse.
	Attempt uint32
}

// Choice is a node that was chosen for one call.
type Choice struct {
	Host    Host
	Attempt uint32
	id      moduleID
}

// ModID and CmdID are the ids of the module that was meant.
func (c Choice) ModID() int32 { return c.id.modid }
func (c Choice) CmdID() int32 { return c.id.cmdid }

// Result is how a call went.
type Result struct {
	Code       int32         // 0 is success, anything else a failure
	Latency    time.Duration // below 0: not known
	ServerLoad *float32      // 0 idle to 1 full, as the node said of itself
	Attempt    uint32        // as in Request
}

// Hash is a text as a hash key: the same 64 bits in the clients of all languages.
func Hash(text string) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for i := 0; i < len(text); i++ {
		hash = (hash ^ uint64(text[i])) * 0x100000001b3
	}
	hash = (hash ^ hash>>33) * 0xff51afd7ed558ccd
	hash = (hash ^ hash>>33) * 0xc4ceb9fe1a85ec53
	return hash ^ hash>>33
}

// Key is Hash, as Request wants it.
func Key(text string) *uint64 {
	hash := Hash(text)
	return &hash
}
