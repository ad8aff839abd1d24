package check

import (
	"bytes"
	"testing"

	goreleaser "github.com/goreleaser/goreleaser/v2/pkg/config"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// TestManifestsHaveOnlyFieldsThatKubernetesKnows builds what an administrator applies, with and without the component
// for the operator of Prometheus.
func TestManifestsHaveOnlyFieldsThatKubernetesKnows(t *testing.T) {
	for name, want := range map[string]int{"deploy": 6, "deploy-with-operator": 7} {
		t.Run(name, func(t *testing.T) {
			built := build(t, name)
			if len(built) != want {
				t.Errorf("%d manifests, want %d", len(built), want)
			}
			for _, text := range built {
				checkFields(t, text)
			}
		})
	}
}

// build returns the manifests of deploy/kubernetes.
func build(t *testing.T, name string) [][]byte {
	t.Helper()
	files := filesys.MakeFsOnDisk()
	dir := "../kubernetes"
	if name == "deploy-with-operator" {
		dir = "testdata/operator"
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Split(text, []byte("\n---\n"))
}

// checkFields decodes a manifest into the type of its kind, and fails for a field that the type lacks.
func checkFields(t *testing.T, text []byte) {
	t.Helper()
	var head struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]any{
		"ConfigMap": &core.ConfigMap{}, "Deployment": &apps.Deployment{}, "NetworkPolicy": &networking.NetworkPolicy{},
		"PodDisruptionBudget": &policy.PodDisruptionBudget{}, "Service": &core.Service{},
		"ServiceAccount": &core.ServiceAccount{}, "ServiceMonitor": &monitoring.ServiceMonitor{},
	}
	kind, known := kinds[head.Kind]
	if !known {
		t.Fatalf("what is a %s?", head.Kind)
	}
	if err := yaml.UnmarshalStrict(text, kind); err != nil {
		t.Errorf("%s: %v", head.Kind, err)
	}
}

// TestReleaseHasOnlyFieldsThatGoreleaserKnows loads the file as goreleaser does. make check-goreleaser checks the rest.
func TestReleaseHasOnlyFieldsThatGoreleaserKnows(t *testing.T) {
	if _, err := goreleaser.Load("../../.goreleaser.yaml"); err != nil {
		t.Error(err)
	}
}
