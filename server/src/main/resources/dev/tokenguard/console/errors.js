// What goes wrong between the console and the server.

/** A fault: its code as in the Connect protocol, or `network` where no server answered. */
export class ApiError extends Error {
  constructor(code, message, {reason = '', metadata = {}, violations = []} = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    /** A name of `ErrorReason`. */
    this.reason = reason;
    this.metadata = metadata;
    /** Fields that were wrong: [{field, description}]. */
    this.violations = violations;
  }

  /** Whether the same call may well succeed a little later. */
  get passing() {
    return ['network', 'unavailable', 'deadline_exceeded'].includes(this.code);
  }
}

export function unreachable(cause) {
  return new ApiError('network', String(cause?.message ?? cause));
}

/** The fault of an answer that is not 200. */
export async function faultOf(answer) {
  const text = await answer.text().catch(() => '');
  try {
    return faultOfJson(JSON.parse(text), answer.status);
  } catch {
    // Not one of an RPC: of the session, or of a proxy in between, whose pages are not for here.
    const plain = answer.headers.get('Content-Type')?.startsWith('text/plain') ? text.trim() : '';
    return new ApiError(codeOf(answer.status), plain || `HTTP ${answer.status} ${answer.statusText}`.trim());
  }
}

/** The same for the error of a stream. */
export function faultOfJson(body, status = 0) {
  const details = Array.isArray(body?.details) ? body.details : [];
  const detail = (type) => details.find((each) => each.type === type)?.debug ?? {};
  const info = detail('google.rpc.ErrorInfo');
  return new ApiError(body?.code ?? codeOf(status), body?.message ?? '', {
    reason: info.reason,
    metadata: info.metadata,
    violations: detail('google.rpc.BadRequest').fieldViolations,
  });
}

function codeOf(status) {
  const codes = {400: 'invalid_argument', 401: 'unauthenticated', 403: 'permission_denied', 404: 'unimplemented', 429: 'resource_exhausted'};
  return codes[status] ?? ([502, 503, 504].includes(status) ? 'network' : 'unknown');
}
