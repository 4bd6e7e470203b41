// Command node is what runs on every Kubernetes node, in one binary: the first argument picks kubelet or kube-proxy.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"

	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	// The components' own main packages register these.
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
)

func main() {
	command := component(os.Args)
	if command == nil {
		fmt.Fprintln(os.Stderr, "usage: node {kubelet|kube-proxy} [flags]")
		os.Exit(2)
	}
	os.Args = os.Args[1:]
	os.Exit(cli.Run(command))
}

func component(arguments []string) *cobra.Command {
	if len(arguments) < 2 {
		return nil
	}
	switch arguments[1] {
	case "kubelet":
		return kubelet.NewKubeletCommand(context.Background())
	case "kube-proxy":
		return proxy.NewProxyCommand()
	}
	return nil
}
