package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.at;
import static dev.tokenguard.deploy.Yaml.list;
import static dev.tokenguard.deploy.Yaml.map;
import static dev.tokenguard.deploy.Yaml.maps;
import static dev.tokenguard.deploy.Yaml.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects of a folder with a {@code kustomization.yaml}, put together as kustomize does, for as
 * much of kustomize as {@code deploy/} uses. Anything else is an error, so that nothing is checked
 * that would be another thing in a cluster.
 */
final class Overlay {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "labels",
          "resources",
          "components",
          "patches",
          "images",
          "configMapGenerator",
          "generatorOptions");

  private final List<Map<String, Object>> objects = new ArrayList<>();

  private Overlay() {}

  /** The objects of a folder. */
  static List<Map<String, Object>> objects(Path folder) throws IOException {
    Overlay overlay = new Overlay();
    overlay.add(folder);
    return overlay.objects;
  }

  /** The files that a folder's {@code kustomization.yaml} names, itself included. */
  static Set<String> files(Path folder) throws IOException {
    Map<String, Object> kustomization = kustomization(folder);
    Set<String> files = new LinkedHashSet<>(Set.of("kustomization.yaml"));
    list(kustomization.get("resources")).forEach(each -> files.add(String.valueOf(each)));
    maps(kustomization.get("patches")).forEach(each -> files.add(text(each, "path")));
    maps(kustomization.get("configMapGenerator"))
        .forEach(each -> list(each.get("files")).forEach(file -> files.add(String.valueOf(file))));
    return files;
  }

  /** A folder's {@code kustomization.yaml}. */
  static Map<String, Object> kustomization(Path folder) throws IOException {
    Map<String, Object> kustomization = Yaml.read(folder.resolve("kustomization.yaml")).get(0);
    for (String key : kustomization.keySet()) {
      if (!KNOWN.contains(key)) {
        throw new IllegalArgumentException(folder + ": " + key + " is not known to this test");
      }
    }
    return kustomization;
  }

  private void add(Path folder) throws IOException {
    Map<String, Object> kustomization = kustomization(folder);
    int own = objects.size();
    for (Object resource : list(kustomization.get("resources"))) {
      Path path = folder.resolve(String.valueOf(resource)).normalize();
      if (Files.isDirectory(path)) {
        add(path);
      } else {
        objects.addAll(Yaml.read(path));
      }
    }
    for (Map<String, Object> generator : maps(kustomization.get("configMapGenerator"))) {
      objects.add(configMap(folder, generator));
    }
    for (Object component : list(kustomization.get("components"))) {
      Path path = folder.resolve(String.valueOf(component)).normalize();
      for (Map<String, Object> patch : maps(kustomization(path).get("patches"))) {
        patch(path, patch);
      }
    }
    for (Map<String, Object> patch : maps(kustomization.get("patches"))) {
      patch(folder, patch);
    }
    for (Map<String, Object> image : maps(kustomization.get("images"))) {
      objects.replaceAll(each -> map(Images.replace(each, image)));
    }
    for (Map<String, Object> label : maps(kustomization.get("labels"))) {
      Map<String, Object> labels = Map.of("metadata", Map.of("labels", map(label.get("pairs"))));
      for (int i = own; i < objects.size(); i++) {
        objects.set(i, merge(objects.get(i), labels));
      }
    }
  }

  private static Map<String, Object> configMap(Path folder, Map<String, Object> generator)
      throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    for (Object file : list(generator.get("files"))) {
      data.put(String.valueOf(file), Files.readString(folder.resolve(String.valueOf(file))));
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("apiVersion", "v1");
    object.put("kind", "ConfigMap");
    object.put("metadata", Map.of("name", text(generator, "name")));
    object.put("data", data);
    return object;
  }

  private void patch(Path folder, Map<String, Object> patch) throws IOException {
    Map<String, Object> change = new LinkedHashMap<>();
    change.putAll(Yaml.read(folder.resolve(text(patch, "path"))).get(0));
    change.remove("metadata");
    String[] label = text(patch, "target", "labelSelector").split("=", 2);
    for (int i = 0; i < objects.size(); i++) {
      Map<String, Object> object = objects.get(i);
      if (text(object, "kind").equals(text(patch, "target", "kind"))
          && text(object, "metadata", "labels", label[0]).equals(label[1])) {
        objects.set(i, merge(object, change));
      }
    }
  }

  /** A strategic merge: mappings are merged, lists of what has a name are merged by it. */
  private static Map<String, Object> merge(Map<String, Object> object, Map<String, Object> change) {
    Map<String, Object> merged = new LinkedHashMap<>(object);
    change.forEach(
        (key, value) -> {
          if (value instanceof Map) {
            merged.put(key, merge(map(object.get(key)), map(value)));
          } else if (value instanceof List && object.get(key) instanceof List) {
            merged.put(key, mergeLists(list(object.get(key)), list(value)));
          } else {
            merged.put(key, value);
          }
        });
    return merged;
  }

  /** What is new comes first: so a sidecar starts before other init containers. */
  private static List<Object> mergeLists(List<Object> items, List<Object> changes) {
    List<Object> merged = new ArrayList<>();
    for (Object change : changes) {
      if (items.stream().noneMatch(item -> text(item, "name").equals(text(change, "name")))) {
        merged.add(change);
      }
    }
    for (Object item : items) {
      Object result = item;
      for (Object change : changes) {
        if (at(change, "name") != null && text(item, "name").equals(text(change, "name"))) {
          result = merge(map(item), map(change));
        }
      }
      merged.add(result);
    }
    return merged;
  }
}
