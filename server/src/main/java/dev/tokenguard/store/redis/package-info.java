/**
 * The store in Redis: keys, scripts, connection, reply decoding. Lettuce types stop here.
 *
 * <p>A call's way: {@link dev.tokenguard.store.redis.RedisTokenStore} builds the arguments, {@code
 * ScriptRunner} runs the script, {@code ReplyReader} decodes what it answers. The wiring creates
 * the store; everybody else knows it as {@link dev.tokenguard.store.TokenStore}.
 */
@NullMarked
package dev.tokenguard.store.redis;

import org.jspecify.annotations.NullMarked;
