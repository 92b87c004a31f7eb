"""Back-ups: the database, the files and, apart from both, the secrets; each sealed for a key kept elsewhere.

A back-up folder holds one folder a back-up (`manifest.json`, `database.dump.age`, `files.json`) and one store of
files for all of them: files are named by their content and never change, so each is sealed and written once. Secrets
go to a folder of their own, best on another machine: who has the database's back-up alone cannot open an identity.

Sealing is age (https://age-encryption.org/v1) with public keys, so the machine that makes back-ups cannot read them;
any age tool can. A manifest says what was counted in the same snapshot that was dumped: restoring counts again.
"""
