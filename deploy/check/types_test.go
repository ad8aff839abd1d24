package check

import (
	"bytes"
	"maps"
	"testing"

	goreleaser "github.com/goreleaser/goreleaser/v2/pkg/config"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
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
				checkSelector(t, decode(t, text))
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

// decode decodes a manifest into the type of its kind, and fails for a field that the type lacks.
func decode(t *testing.T, text []byte) any {
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
	return kind
}

// checkSelector fails for a manifest that does not select the pods of catbot, or that selects others, too.
func checkSelector(t *testing.T, manifest any) {
	t.Helper()
	var selector *meta.LabelSelector
	switch m := manifest.(type) {
	case *apps.Deployment:
		selector = m.Spec.Selector
	case *core.Service:
		selector = &meta.LabelSelector{MatchLabels: m.Spec.Selector}
	case *networking.NetworkPolicy:
		selector = &m.Spec.PodSelector
	case *policy.PodDisruptionBudget:
		selector = m.Spec.Selector
	case *monitoring.ServiceMonitor:
		selector = &m.Spec.Selector // of the service, which has the same label
	default:
		return
	}
	want := map[string]string{"app.kubernetes.io/name": "catbot"}
	if selector == nil || !maps.Equal(selector.MatchLabels, want) {
		t.Errorf("%T selects by %v", manifest, selector)
	}
}

// TestReleaseHasOnlyFieldsThatGoreleaserKnows loads the file as goreleaser does. make check-goreleaser checks the rest.
func TestReleaseHasOnlyFieldsThatGoreleaserKnows(t *testing.T) {
	if _, err := goreleaser.Load("../../.goreleaser.yaml"); err != nil {
		t.Error(err)
	}
}
