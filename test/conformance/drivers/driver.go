// Does what run.py says with the Go client: a command a line, and a line of what came of it.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lars"
)

var (
	client *lars.Client
	chosen lars.Choice

	registration *lars.Registration
	ctx          = context.Background()
)

func moduleOf(text string) lars.Module { return lars.Module(text) }

func choose(words []string) (string, error) {
	var request lars.Request
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "key":
			request.HashKey = lars.Key(value)
		case "select":
			request.Select = value
		case "attempt":
			number, _ := strconv.ParseUint(value, 10, 32)
			request.Attempt = uint32(number)
		case "exclude":
			for _, each := range strings.Split(value, ",") {
				host, err := lars.ParseHost(each)
				if err != nil {
					return "", err
				}
				request.Exclude = append(request.Exclude, host)
			}
		}
	}
	choice, err := client.Choose(ctx, moduleOf(words[0]), request)
	if err != nil {
		return "", err
	}
	chosen = choice
	return fmt.Sprintf("succ %s %d,%d", choice.Host, choice.ModID(), choice.CmdID()), nil
}

func report(words []string) (string, error) {
	code, _ := strconv.ParseInt(words[1], 10, 32)
	result := lars.Result{Code: int32(code), Latency: -1}
	if words[2] != "-" {
		micros, _ := strconv.ParseInt(words[2], 10, 64)
		result.Latency = time.Duration(micros) * time.Microsecond
	}
	for _, word := range words[3:] {
		load, _ := strconv.ParseFloat(strings.TrimPrefix(word, "load="), 32)
		value := float32(load)
		result.ServerLoad = &value
	}
	return "ok", client.Report(moduleOf(words[0]), chosen, result)
}

func open(words []string) (string, error) {
	if client != nil {
		client.Close()
	}
	var options lars.Options
	options.Agent = words[0]
	if len(words) > 1 {
		millis, _ := strconv.Atoi(words[1])
		options.Timeout = time.Duration(millis) * time.Millisecond
	}
	opened, err := lars.New(options)
	if err == nil {
		client = opened
	} else if !errors.Is(err, lars.ErrInvalid) {
		return "notfound", nil
	}
	return "ok", err
}

func register(words []string) (string, error) {
	if registration != nil {
		registration.Close()
		registration = nil
	}
	port, _ := strconv.ParseUint(words[2], 10, 16)
	number, _ := strconv.ParseUint(words[4], 10, 32)
	weight := uint32(number)
	service := lars.Service{
		Socket: words[0],
		Module: moduleOf(words[1]),
		Port:   uint16(port),
		Weight: &weight,
		Drain:  100 * time.Millisecond,
	}
	if words[3] != "-" {
		service.Address = words[3]
	}
	if words[5] != "-" {
		service.Tags = make(map[string]string)
		for _, each := range strings.Split(words[5], ",") {
			key, value, ok := strings.Cut(each, "=")
			if !ok {
				key, value = "", each // no tag
			}
			service.Tags[key] = value
		}
	}
	var err error
	registration, err = lars.Register(service)
	return "ok", err
}

func makePair(module lars.Module) bool {
	choice, err := client.Choose(ctx, module, lars.Request{})
	if err != nil {
		return false
	}
	client.Report(module, choice, lars.Result{Latency: time.Millisecond})
	return true
}

// Nanoseconds.
func median(words []string) (string, error) {
	count, _ := strconv.Atoi(words[1])
	took := make([]int, count)
	for i := range took {
		begun := time.Now()
		makePair(moduleOf(words[0]))
		took[i] = int(time.Since(begun))
	}
	sort.Ints(took)
	return strconv.Itoa(took[count/2]), nil
}

func pairs(words []string) (string, error) {
	count, _ := strconv.Atoi(words[1])
	threads, _ := strconv.Atoi(words[2])
	var failed atomic.Int32
	var all sync.WaitGroup
	for i := 0; i < threads; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for k := 0; k < count/threads; k++ {
				if !makePair(moduleOf(words[0])) {
					failed.Add(1)
				}
			}
		}()
	}
	all.Wait()
	return fmt.Sprintf("%d failed", failed.Load()), nil
}

func do(words []string) (string, error) {
	switch words[0] {
	case "pairs":
		return pairs(words[1:])
	case "median":
		return median(words[1:])
	case "register":
		return register(words[1:])
	case "state":
		state, _ := registration.State()
		return state.String(), nil
	case "withdraw":
		if registration.Withdraw(10 * time.Second) {
			return "withdrawn", nil
		}
		return "not yet", nil
	case "close":
		registration.Close()
		registration = nil
		return "ok", nil
	case "open":
		return open(words[1:])
	case "choose":
		return choose(words[1:])
	case "report":
		return report(words[1:])
	case "route":
		nodes, err := client.Route(ctx, moduleOf(words[1]))
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("succ %d %s %s", len(nodes), nodes[0].Host, nodes[len(nodes)-1].Host), nil
	case "prepare":
		return "succ", client.Prepare(ctx, moduleOf(words[1]))
	case "hash":
		return strconv.FormatUint(lars.Hash(words[1]), 10), nil
	}
	return "", fmt.Errorf("what is %s?", words[0])
}

func answer(words []string) string {
	said, err := do(words)
	var overloaded *lars.OverloadedError
	switch {
	case err == nil:
		return said
	case errors.As(err, &overloaded):
		return fmt.Sprintf("overload %d", overloaded.Wait.Milliseconds())
	case errors.Is(err, lars.ErrNoAnswer):
		return "noanswer"
	case errors.Is(err, lars.ErrNoSuchModule):
		return "noexist"
	case errors.Is(err, lars.ErrInvalid):
		return "invalid"
	}
	return err.Error()
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fmt.Println(answer(strings.Fields(lines.Text())))
	}
}
