/** What notify logs of deliveries and receivers, always in the same words. A terminal says the same in fewer lines. */
export const deliveryMessages = {
  notTaken: 'a receiver did not take a message',
  notSent: 'a message could not be sent',
  away: 'a receiver is away',
  back: 'a receiver takes messages again',
  givenUp: 'a message was given up and lies among the dead letters',
} as const;
