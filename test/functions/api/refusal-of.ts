/** What the client is told, if it is told off. */
export function refusalOf(act: () => unknown): { statusCode: number; error: string } {
  try {
    act();
  } catch (error) {
    const { statusCode, message } = error as { statusCode: number; message: string };
    return { statusCode, error: JSON.parse(message).error };
  }
  throw new Error('was not refused');
}
