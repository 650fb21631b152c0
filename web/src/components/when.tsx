import { useEffect, useState } from 'react';
import { ago, moment } from '../say.ts';

/** A moment as people say it, with the exact one on pointing at it. */
export function When({ at }: { at: string | number | null | undefined }) {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((n) => n + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (at == null) return null;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={moment(date)}>
      {ago(date)}
    </time>
  );
}
