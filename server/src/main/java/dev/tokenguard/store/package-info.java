/**
 * What the service needs of a store, in domain words. The one implementation is {@code
 * store.redis}.
 */
@NullMarked
package dev.tokenguard.store;

import org.jspecify.annotations.NullMarked;
