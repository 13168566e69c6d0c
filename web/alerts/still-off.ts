/** Returns what follows from resolving an alert of which some series are still off, as the alert stage treats them. @param count from 1 */
export const stillOffText = (count: number): string =>
  `${count === 1 ? 'One series is' : `${count} series are`} still outside the expected range. ` +
  'Such a series opens no new alert until it is normal and then off again.';
