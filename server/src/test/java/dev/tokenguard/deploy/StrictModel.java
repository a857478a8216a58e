package dev.tokenguard.deploy;

import static dev.tokenguard.deploy.Yaml.text;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.Gson;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.Map;

/**
 * Objects held against the official Java client's model, and those of the Prometheus Operator
 * against a model that is generated from its sources: an unknown field or a wrong type is an error.
 */
final class StrictModel {
  private static final Map<String, Class<?>> OFFICIAL =
      Map.of(
          "v1 ConfigMap", V1ConfigMap.class,
          "v1 Service", V1Service.class,
          "apps/v1 Deployment", V1Deployment.class,
          "apps/v1 StatefulSet", V1StatefulSet.class,
          "batch/v1 CronJob", V1CronJob.class,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget.class,
          "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy.class);

  private static final Map<String, Class<?>> OPERATOR =
      Map.of(
          "monitoring.coreos.com/v1 PodMonitor", PodMonitor.class,
          "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                // The model keeps what it does not know; then nothing would be unknown.
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  private StrictModel() {}

  /**
   * Checks one object.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static void check(Map<String, Object> object) {
    String type = text(object, "apiVersion") + " " + text(object, "kind");
    Class<?> official = OFFICIAL.get(type);
    Class<?> operator = OPERATOR.get(type);
    try {
      if (official != null) {
        var unused = JSON.getGson().fromJson(new Gson().toJson(object), official);
      } else if (operator != null) {
        STRICT.convertValue(object, operator);
      } else {
        throw new IllegalArgumentException("no model is known (expected: one in StrictModel)");
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          type + " " + text(object, "metadata", "name") + ": " + e.getMessage(), e);
    }
  }
}
