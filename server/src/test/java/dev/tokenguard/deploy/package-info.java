/**
 * What is in {@code deploy/} works: manifests, the image, compose.
 *
 * <p>{@link dev.tokenguard.deploy.Overlay} puts a folder of {@code deploy/kubernetes} together as
 * kustomize does, so that every check runs on any machine; where kustomize is, {@link
 * dev.tokenguard.deploy.RenderedTest} holds the two against each other.
 */
@NullMarked
package dev.tokenguard.deploy;

import org.jspecify.annotations.NullMarked;
