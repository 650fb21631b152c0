import { useEffect, useState } from 'react';
import { ago, moment } from '../say.ts';

/** A moment as people say it, with the exact one on pointing at it. */
export function When({ at }: { at: string | number | null | undefined }) {
  const [, again] = useState(0);
  // What is told in seconds is told anew every few.
  const isYoung = at != null && Date.now() - new Date(at).getTime() < 120_000;
  useEffect(() => {
    const timer = setInterval(() => again((n) => n + 1), isYoung ? 5_000 : 30_000);
    return () => clearInterval(timer);
  }, [isYoung]);
  if (at == null) return null;
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={moment(date)}>
      {ago(date)}
    </time>
  );
}
