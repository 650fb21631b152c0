import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** The built page's folder; undefined where it is not built. */
export function builtPage(): string | undefined {
  return existsSync(join(PAGE, 'index.html')) ? PAGE : undefined;
}

export const NO_PAGE = 'The page is not built; start through ./osler, or run web/build.sh.';
