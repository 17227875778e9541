def apply(path, system):
    raise NotImplementedError
