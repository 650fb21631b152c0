import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { drawNow } from '../charts/draw-queue.ts';

/** Whether the page is being printed. What then looks otherwise, charts too, does so before the browser takes its picture. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = (): void => {
      flushSync(() => setPrinting(true));
      drawNow();
    };
    const end = (): void => setPrinting(false);
    window.addEventListener('beforeprint', begin);
    window.addEventListener('afterprint', end);
    return () => {
      window.removeEventListener('beforeprint', begin);
      window.removeEventListener('afterprint', end);
    };
  }, []);
  return printing;
}
