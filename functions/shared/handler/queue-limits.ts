/** The number of times that SQS hands over an alert before it moves the message to the dead letters. */
export const alertReceiptsMax = 200;

/**
 * The number of times that SQS hands over an attempt before it moves the message to the dead letters: the most that SQS
 * allows. With six minutes between two receipts, attempts survive a warehouse that is away for four days. `persist`
 * itself rejects a message that it cannot read, so that only a message that ends the function each time reaches this.
 */
export const attemptReceiptsMax = 1_000;
