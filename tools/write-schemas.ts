import { writeFile } from 'node:fs/promises';
import { configurationJsonSchema } from '#cli/configuration.ts';

/** Writes the schema of `bulla.yaml` for editors, from the one that the program itself checks with. */
await writeFile('schemas/bulla.schema.json', `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
