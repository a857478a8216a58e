package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of images. */
final class Images {
  private Images() {}

  /** An object with the image of a kustomization's {@code images} put in. */
  static @Nullable Object replace(@Nullable Object value, Map<String, Object> image) {
    if (value instanceof Map<?, ?> object) {
      Map<String, Object> replaced = new LinkedHashMap<>();
      Yaml.map(object)
          .forEach(
              (key, each) ->
                  replaced.put(
                      key,
                      key.equals("image") && name(String.valueOf(each)).equals(text(image, "name"))
                          ? text(image, "newName") + ":" + text(image, "newTag")
                          : java.util.Objects.requireNonNull(replace(each, image))));
      return replaced;
    }
    if (value instanceof List<?> items) {
      return items.stream().map(each -> replace(each, image)).toList();
    }
    return value;
  }

  /** Whether it has a tag or digest, and not one that moves with every release. */
  static boolean isPinned(String image) {
    String tag = image.substring(name(image).length());
    return tag.startsWith("@sha256:") || (tag.matches(":[\\w.-]+") && !tag.equals(":latest"));
  }

  /** An image without its tag or digest. */
  static String name(String image) {
    int digest = image.indexOf('@');
    String named = digest < 0 ? image : image.substring(0, digest);
    int tag = named.indexOf(':', named.lastIndexOf('/') + 1);
    return tag < 0 ? named : named.substring(0, tag);
  }
}
