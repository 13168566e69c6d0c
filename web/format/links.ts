/** Returns the address of the view of a machine, or of anything else that is watched. */
export function machineHref({
  cluster,
  kind,
  name,
}: {
  readonly cluster: string;
  readonly kind: string;
  readonly name: string;
}): string {
  return `/machines/${[cluster, kind, name].map(encodeURIComponent).join('/')}`;
}

/** Returns the address at which Explore shows series. */
export function exploreHref(series: readonly string[]): string {
  return `/explore?${series.map((text) => `series=${encodeURIComponent(text)}`).join('&')}`;
}

/** Returns the address of an alert. */
export const alertHref = (id: string): string => `/alerts/${encodeURIComponent(id)}`;
