//go:build tools

package main

// What `go generate` runs, so that go.mod says in which version.
import (
	_ "google.golang.org/grpc/cmd/protoc-gen-go-grpc"
	_ "google.golang.org/protobuf/cmd/protoc-gen-go"
)
