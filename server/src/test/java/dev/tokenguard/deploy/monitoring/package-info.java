/** What {@code deploy/prometheus} and {@code deploy/grafana} have, held against a real server. */
@NullMarked
package dev.tokenguard.deploy.monitoring;

import org.jspecify.annotations.NullMarked;
