import type { ReactNode } from 'react';

/** What is wider than its place, a table on a telephone: it scrolls by itself, also by keyboard. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="sideways" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
