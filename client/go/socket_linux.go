package lars

import (
	"os"
	"syscall"
	"time"
)

// block has the system call wait, for a tick of the kernel's: 1 to 20 ms.
func (s *socket) block() bool {
	if s.blocking != nil {
		return true
	}
	raw, err := s.polled.SyscallConn()
	if err != nil {
		return false
	}
	var file *os.File
	raw.Control(func(descriptor uintptr) { file, err = unpolled(int(descriptor)) })
	if err != nil || file == nil {
		return false
	}
	s.polled.Close()
	*s = socket{blocking: file}
	return true
}

func unpolled(descriptor int) (*os.File, error) {
	least := syscall.NsecToTimeval(time.Microsecond.Nanoseconds())
	err := syscall.SetsockoptTimeval(descriptor, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &least)
	if err != nil {
		return nil, err
	}
	if err = syscall.SetNonblock(descriptor, false); err != nil {
		return nil, err
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	copied, err := syscall.Dup(descriptor)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(copied)
	return os.NewFile(uintptr(copied), "agent"), nil
}
