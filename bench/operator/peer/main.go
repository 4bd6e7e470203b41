// Peer starts the controllers of Kubeflow Trainer v2 without its webhooks, so that bench.operator can measure them on
// the control plane that it measures our operator on.
package main

import (
	"flag"
	"log"

	apiruntime "k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlpkg "sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	jobsetv1alpha2 "sigs.k8s.io/jobset/api/jobset/v1alpha2"
	schedulerpluginsv1alpha1 "sigs.k8s.io/scheduler-plugins/apis/scheduling/v1alpha1"

	trainer "github.com/kubeflow/trainer/v2/pkg/apis/trainer/v1alpha1"
	"github.com/kubeflow/trainer/v2/pkg/controller"
	runtimecore "github.com/kubeflow/trainer/v2/pkg/runtime/core"
)

type settings struct {
	workers int
	qps     float64
	health  string
}

func main() {
	var given settings
	flag.IntVar(&given.workers, "workers", 0, "reconciles at a time of each controller; 0 leaves the default")
	flag.Float64Var(&given.qps, "qps", 0, "requests per second of the client; 0 leaves the default, -1 is no limit")
	flag.StringVar(&given.health, "health", "", "address of /healthz")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := run(given); err != nil {
		log.Fatal(err)
	}
}

func run(given settings) error {
	manager, err := newManager(given)
	if err != nil {
		return err
	}
	if err := manager.AddHealthzCheck("healthz", healthz.Ping); err != nil {
		return err
	}
	ctx := ctrl.SetupSignalHandler()
	runtimes, err := runtimecore.New(ctx, manager.GetClient(), manager.GetFieldIndexer())
	if err != nil {
		return err
	}
	options := ctrlpkg.Options{MaxConcurrentReconciles: given.workers}
	if _, err := controller.SetupControllers(manager, runtimes, options); err != nil {
		return err
	}
	return manager.Start(ctx)
}

// newManager sets the manager up as Trainer's own main does, but for the webhook server and its certificates.
func newManager(given settings) (ctrl.Manager, error) {
	scheme := apiruntime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(trainer.AddToScheme(scheme))
	utilruntime.Must(jobsetv1alpha2.AddToScheme(scheme))
	utilruntime.Must(schedulerpluginsv1alpha1.AddToScheme(scheme))
	config, err := ctrl.GetConfig()
	if err != nil {
		return nil, err
	}
	if given.qps != 0 {
		config.QPS = float32(given.qps)
	}
	return ctrl.NewManager(config, ctrl.Options{
		Scheme:                 scheme,
		Client:                 client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		Metrics:                metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress: given.health,
	})
}
