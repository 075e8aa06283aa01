/**
 * Milliseconds that an operation may take, whatever it has to wait for: answers that come slowly or not at all, the portal's
 * limits, repeats, redirects, new tokens. The time in which the portal does other operations of the same run does not count.
 */
export const operationLimit = 300_000;

/** Milliseconds from the begin of one request to the end of its answer, however slowly it comes. */
export const requestLimit = 120_000;

/**
 * Milliseconds until an answer begins. The portal ends a request after 60 seconds; a little more lets its own answer arrive.
 */
export const answerLimit = 65_000;

/** A call that has less time left than this, in milliseconds, is not sent any more: its answer could not come in time. */
export const leastLeft = 2_000;

/** Milliseconds for the answers of requests that are on their way when the command is interrupted. */
export const interruptionGrace = 5_000;

/** No answer is read beyond so many bytes. */
export const largestAnswer = 64 * 1024 * 1024;

/** No answer of the documentation has lists and objects in each other deeper than ten. */
export const deepestAnswer = 100;
