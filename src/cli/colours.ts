import pc from 'picocolors';

/** Colours for a terminal only. The library would also colour what a CI job writes to a file or a pipe. */
export default pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);
