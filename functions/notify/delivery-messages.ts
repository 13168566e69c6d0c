/** The log messages of notify about deliveries and receivers. On a terminal, `local/terminal/` prints other lines instead. */
export const deliveryMessages = {
  notAccepted: 'a receiver did not accept a message',
  notSent: 'a message could not be sent',
  away: 'a receiver is away',
  back: 'a receiver accepts messages again',
  givenUp: 'a message was given up and is now a dead letter',
} as const;

/** The log message for a queue that failed while the wait of a message was to be changed. */
export const waitUnchanged = 'the queue did not change the wait of a message';
