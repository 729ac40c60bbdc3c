// Finds out before anything is started whether a port can be had, so that the message can name it.
import { createServer } from 'node:net';

/**
 * The port itself when it is free on 127.0.0.1, or some free port for 0.
 * @throws Error that names the port when somebody listens on it
 */
export function claimPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new Error(
              `Port ${port} is in use by another program. Stop it, or choose another port for the database.`,
              { cause: error },
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const claimed = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(claimed));
    });
  });
}
