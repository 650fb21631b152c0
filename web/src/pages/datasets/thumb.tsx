import { useState } from 'react';
import { imageUrl, type Ref } from './queries.ts';

interface Props {
  of: Ref;
  number: number;
  side?: 160 | 320 | 1280;
  alt?: string;
  className?: string;
}

/** A picture of one image; where it can't be shown, that it can't. */
export function Thumb({ of, number, side = 160, alt = '', className = 'thumb' }: Props) {
  const [gone, setGone] = useState(false);
  if (gone) return <span className={`${className} thumb-gone`}>cannot be read</span>;
  return (
    <img
      className={className}
      src={imageUrl(of, number, side)}
      alt={alt}
      loading="lazy"
      decoding="async"
      onError={() => setGone(true)}
    />
  );
}
