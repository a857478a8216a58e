package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.at;
import static dev.tokenguard.deploy.Yaml.maps;
import static dev.tokenguard.deploy.Yaml.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.deploy.Pods.Container;
import dev.tokenguard.deploy.Pods.Pod;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pod of {@code deploy/kubernetes} may run in a namespace with the Pod Security Standard
 * "restricted", and some of what that standard leaves open is closed.
 */
class PodSecurityTest {
  private static final Set<String> VOLUMES = Set.of("configMap", "secret", "emptyDir");

  static Stream<Pod> pods() throws Exception {
    return Pods.of(Kubernetes.all()).stream();
  }

  static Stream<Container> containers() throws Exception {
    return pods().flatMap(pod -> pod.containers().stream());
  }

  @ParameterizedTest
  @MethodSource("pods")
  void sharesNothingWithItsNode(Pod pod) {
    for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
      assertEquals(null, pod.spec().get(host), host);
    }
    for (var volume : maps(pod.spec().get("volumes"))) {
      assertTrue(volume.keySet().stream().anyMatch(VOLUMES::contains), volume::toString);
      assertEquals(2, volume.size(), volume::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("pods")
  void hasNoKeyToTheCluster(Pod pod) {
    assertEquals(false, pod.spec().get("automountServiceAccountToken"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void isRestricted(Container container) {
    assertEquals(true, container.secured("runAsNonRoot"));
    Object user = container.secured("runAsUser");
    assertTrue(user instanceof Integer number && number > 0, () -> "runAsUser: " + user);
    assertEquals("RuntimeDefault", container.secured("seccompProfile", "type"));
    Object own = Objects.requireNonNull(container.spec().get("securityContext"));
    assertEquals(false, at(own, "allowPrivilegeEscalation"));
    assertEquals(List.of("ALL"), at(own, "capabilities", "drop"));
    assertEquals(null, at(own, "capabilities", "add"));
    assertEquals(null, at(own, "privileged"));
    assertEquals(true, at(own, "readOnlyRootFilesystem"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void saysWhatItNeeds(Container container) {
    Object resources = Objects.requireNonNull(container.spec().get("resources"));
    assertFalse(text(resources, "requests", "cpu").isEmpty());
    assertFalse(text(resources, "requests", "memory").isEmpty());
    assertFalse(text(resources, "limits", "memory").isEmpty());
    // A limit on processor time makes a server that is fast on average wait in the middle of a
    // call.
    assertEquals("", text(resources, "limits", "cpu"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void runsAnImageThatStaysTheSame(Container container) {
    assertTrue(Images.isPinned(container.image()), container::image);
  }
}
