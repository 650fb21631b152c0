/** "no interval" of "no interval: 3 groups only": what a cell of a table has room for. */
export function shortReason(reason: string | undefined): string {
  return reason?.split(':')[0] ?? '';
}

/** Below a table whose cells hold `shortReason`s: each reason once, with what it is for. */
export function reasonLines(rows: readonly { label: string; reason: string | undefined }[]): string[] {
  const given = rows.filter(({ reason }) => reason?.includes(':'));
  return [...Map.groupBy(given, ({ reason }) => reason!)].map(([reason, of]) => {
    const [short, ...rest] = reason.split(':');
    const labels = of.map(({ label }) => label);
    const whose =
      labels.length > 3 ? `${labels.slice(0, 2).join(', ')} and ${labels.length - 2} more` : labels.join(', ');
    return `${short} for ${whose}:${rest.join(':')}`;
  });
}
