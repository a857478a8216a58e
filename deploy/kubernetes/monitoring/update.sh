#!/bin/sh
# Writes prometheus-rule.yaml anew from deploy/prometheus/rules.yaml, which is where rules are changed.
set -eu
cd "$(dirname "$0")"
{
  cat <<'END'
# Written by update.sh from deploy/prometheus/rules.yaml: change that, and run it again.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: tokenguard
spec:
END
  sed -e '/^#/d' -e 's/^\(.\)/  \1/' ../../prometheus/rules.yaml
} >prometheus-rule.yaml
