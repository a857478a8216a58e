package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.at;
import static dev.tokenguard.deploy.Yaml.maps;
import static dev.tokenguard.deploy.Yaml.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pods that objects make, and what is in them. */
final class Pods {
  private Pods() {}

  /** The spec of every pod that one of these objects makes, by the object's name. */
  static List<Pod> of(List<Map<String, Object>> objects) {
    List<Pod> pods = new ArrayList<>();
    for (Map<String, Object> object : objects) {
      Object template =
          switch (text(object, "kind")) {
            case "Deployment", "StatefulSet" -> at(object, "spec", "template");
            case "CronJob" -> at(object, "spec", "jobTemplate", "spec", "template");
            default -> null;
          };
      if (template != null) {
        pods.add(new Pod(text(object, "metadata", "name"), object, Yaml.map(template)));
      }
    }
    return pods;
  }

  /**
   * A pod.
   *
   * @param name of the object that makes it
   * @param owner that object
   * @param template what it is made from
   */
  record Pod(String name, Map<String, Object> owner, Map<String, Object> template) {

    Map<String, Object> spec() {
      return Yaml.map(template.get("spec"));
    }

    /** All of them, those that start first before the others. */
    List<Container> containers() {
      List<Container> all = new ArrayList<>();
      for (String kind : List.of("initContainers", "containers")) {
        maps(spec().get(kind)).forEach(each -> all.add(new Container(this, each)));
      }
      return all;
    }

    /** The volume of a name; empty if there is none. */
    Map<String, Object> volume(String volume) {
      return maps(spec().get("volumes")).stream()
          .filter(each -> text(each, "name").equals(volume))
          .findFirst()
          .orElse(Map.of());
    }
  }

  /**
   * A container.
   *
   * @param pod where it is
   * @param spec as the pod has it
   */
  record Container(Pod pod, Map<String, Object> spec) {

    String image() {
      return text(spec, "image");
    }

    /** Whether it is ours. */
    boolean isTokenGuard() {
      return Images.name(image()).endsWith("tokenguard");
    }

    List<String> args() {
      return Yaml.list(spec.get("args")).stream().map(String::valueOf).toList();
    }

    /** The value of a flag such as {@code --grpc.listen=}; empty if it is not there. */
    String flag(String name) {
      return args().stream()
          .filter(each -> each.startsWith("--" + name + "="))
          .map(each -> each.substring(name.length() + 3))
          .findFirst()
          .orElse("");
    }

    /** The mount that a path is on; empty if it is on none. */
    Map<String, Object> mountOf(String path) {
      return maps(spec.get("volumeMounts")).stream()
          .filter(
              each ->
                  path.equals(text(each, "mountPath"))
                      || path.startsWith(text(each, "mountPath") + "/"))
          .findFirst()
          .orElse(Map.of());
    }

    /** Of the container's own, else of the pod's security context. */
    @Nullable Object secured(String... path) {
      Object own = at(spec.get("securityContext"), path);
      return own != null ? own : at(pod.spec().get("securityContext"), path);
    }

    @Override
    public String toString() {
      return pod.name() + "/" + text(spec, "name");
    }
  }
}
