//go:build tools

// Package kubernetes pins the API server and the store that the tests run.
package kubernetes

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
