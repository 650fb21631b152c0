import { useEffect, useState } from 'react';
import { imageUrl, type Ref } from './queries.ts';

interface Props {
  of: Ref;
  number: number;
  side?: 160 | 320 | 1280;
  alt?: string;
  className?: string;
}

/** Milliseconds until a picture that did not come is asked for again: the server may have had too much to do. */
const AGAIN_MS = 2_500;

/** A picture of one image; where it can't be shown, that it can't. */
export function Thumb({ of, number, side = 160, alt = '', className = 'thumb' }: Props) {
  const [failures, setFailures] = useState(0);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (failures !== 1) return;
    const timer = setTimeout(() => setTries(1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [failures]);
  if (failures > 1) return <span className={`${className} thumb-gone`}>cannot be read</span>;
  return (
    <img
      key={tries}
      className={className}
      src={imageUrl(of, number, side)}
      alt={failures > tries ? '' : alt}
      loading="lazy"
      decoding="async"
      onError={() => setFailures(failures + 1)}
    />
  );
}
