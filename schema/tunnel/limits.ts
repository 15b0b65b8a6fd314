/** Both ends of a tunnel keep to these; a connection on which one does not is closed. */

/** Bytes of a body in one frame: frames stay far below the 1 MiB that Cloudflare takes as a message. */
export const maxDataBytes = 131_072
/** Bytes of a head. */
export const maxHeadBytes = 16_384
export const maxFrameBytes = maxDataBytes + maxHeadBytes + 16
/** Bytes of an answer that a node may send before the gateway reports that they were read. */
export const answerWindowBytes = 262_144
/** Bytes of a request. */
export const maxRequestBytes = 16_777_216

/** A text frame that the gateway's platform answers without waking the object that holds the connection. */
export const heartbeat = { request: 'ping', response: 'pong', intervalMs: 25_000 }

/** Codes with which the gateway closes a tunnel. */
export const closeCodes = {
  /** The frames are not those of the protocol. */
  protocol: 1002,
  /** A newer connection of the same node has taken its place. */
  replaced: 4001,
  /** The operator removed the node. */
  removed: 4003,
  /** The node has been silent for longer than its heartbeat allows. */
  silent: 4008,
}
