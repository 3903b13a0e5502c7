"""One peer counts files: peer.py NAME PACKAGES VOCABULARY_FOLDER OUT TIMEOUT_S FILE...
Loads, then counts each file in a process of its own, forked, so that none warms a cache for the
next, and appends one JSON line a file to OUT: CPU seconds of counting alone (the file is in memory,
the tokenizer loaded and used once), seconds of loading, tokens, or what went wrong."""
import json, os, signal, sys, time


def load_gigatoken(folder):
    os.environ['RAYON_NUM_THREADS'] = '1'
    import gigatoken
    tokenizer = gigatoken.Tokenizer.from_tiktoken(os.path.join(folder, 'o200k_base.tiktoken'))
    return lambda text: len(tokenizer.encode(text))


def load_quicktok(folder):
    import quicktok
    return quicktok.get_encoding('o200k_base').count


def load_tiktoken(folder):
    os.environ['TIKTOKEN_CACHE_DIR'] = os.path.join(folder, 'tiktoken-cache')
    import tiktoken
    encoding = tiktoken.get_encoding('o200k_base')
    return lambda text: len(encoding.encode_ordinary(text))


def load_ctok(folder):
    import ctok
    return lambda text: ctok.token_count(text, '4.8')


def count(counter, text):
    start = time.process_time()
    tokens = counter(text)
    return {'seconds': time.process_time() - start, 'tokens': tokens}


def append(out, line):
    with open(out, 'a') as file:
        file.write(json.dumps(line) + '\n')


def main(name, packages, folder, out, timeout, *paths):
    sys.path.insert(0, packages)
    start = time.perf_counter()
    counter = globals()['load_' + name](folder)
    counter('Warm-up: 1 text.')
    load = time.perf_counter() - start
    for path in paths:
        with open(path, 'rb') as file:
            text = file.read().decode(errors='replace')
        child = os.fork()
        if not child:
            signal.alarm(int(timeout))
            try:
                append(out, {'path': path, 'load': load, **count(counter, text)})
            except BaseException as error:  # a Rust panic is one
                append(out, {'path': path, 'load': load, 'error': type(error).__name__})
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            late = os.WTERMSIG(status) == signal.SIGALRM
            append(out, {'path': path, 'load': load,
                         'error': f'over {timeout} s' if late else f'signal {os.WTERMSIG(status)}'})


if __name__ == '__main__':
    main(*sys.argv[1:])
