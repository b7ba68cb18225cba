//go:build !linux

package lars

func (s *socket) block() bool { return false }
