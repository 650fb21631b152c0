const CAUSES: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'there is a file of that name already',
  ENOTDIR: 'part of its path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk does not answer',
};

/** What the operating system refuses, in a few words; undefined for what is no such refusal. */
export function systemCause(error: unknown): string | undefined {
  return CAUSES[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
}

/** Mistakes in a path that somebody named, rather than failures of the disk. */
export function isWrongPath(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'].includes(code ?? '');
}
