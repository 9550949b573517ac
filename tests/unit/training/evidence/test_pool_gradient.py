import pytest
import torch
from torch.nn import functional as F

from blemore_cli.core.labels import N_LABELS, SALIENCE
from blemore_cli.model.evidence.pool import robust_pool
from blemore_cli.training.evidence.pool_gradient import LabelledRows, loss_of_numbers
from blemore_cli.training.losses import label_loss


@pytest.mark.parametrize("n_members", [1, 3])
@pytest.mark.parametrize("n_labels", [N_LABELS, 6])
@pytest.mark.parametrize("spread", [1.0, 1000.0])
def test_loss_and_gradient_are_those_of_automatic_differentiation(n_members: int, n_labels: int, spread: float) -> None:
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    log_probs, log_prior = normal(300, 3, n_members, n_labels).log_softmax(-1), normal(n_labels).log_softmax(-1)
    present, label = normal(300, 3) > -0.5, torch.randint(N_LABELS, (300,), generator=generator)
    present[0] = False
    labels = (torch.eye(N_LABELS) if n_labels == N_LABELS else torch.tensor(SALIENCE)).double()
    logit, exponent, gamma = spread * normal(300, 3), 0.3 * normal(3, n_members), 0.3 * normal(1)
    numbers = [number.requires_grad_() for number in (logit, exponent, gamma)]

    log_prob = F.log_softmax((exponent.exp().unsqueeze(-1) * log_probs).sum(-2), dim=-1)
    pooled = robust_pool(log_prior, log_prob - log_prior, logit, present, gamma.exp())
    plain = label_loss(pooled, label)
    fast = loss_of_numbers(LabelledRows(log_probs, present, labels[label], log_prior), *numbers)
    torch.testing.assert_close(fast, plain, rtol=1e-8, atol=0)  # softplus neglects e^-20
    expected, gradients = torch.autograd.grad(plain, numbers), torch.autograd.grad(fast, numbers)
    torch.testing.assert_close(gradients, expected, rtol=1e-6, atol=1e-9)


def test_single_precision_is_precise_enough_for_what_is_stored_in_half() -> None:
    generator = torch.Generator().manual_seed(0)
    log_probs = torch.randn(300, 3, 2, N_LABELS, generator=generator).mul(3).log_softmax(-1).half().double()
    label = torch.randint(N_LABELS, (300,), generator=generator)
    rows = LabelledRows(
        log_probs, torch.ones(300, 3, dtype=torch.bool), torch.eye(N_LABELS).double()[label], torch.full((36,), -3.6)
    )
    single = LabelledRows(rows.log_probs.float(), rows.present, rows.target.float(), rows.log_prior.float())
    logit = 3 * torch.randn(300, 3, generator=generator, dtype=torch.float64)
    numbers = [logit.requires_grad_(), torch.zeros(3, 2).double().requires_grad_(), torch.zeros(1).double()]
    numbers[2].requires_grad_()
    losses = [loss_of_numbers(part, *numbers) for part in (rows._replace(log_prior=rows.log_prior.double()), single)]
    assert losses[1].dtype == torch.float64
    torch.testing.assert_close(losses[1], losses[0], rtol=1e-6, atol=0)
    double, of_single = (torch.autograd.grad(loss, numbers) for loss in losses)
    torch.testing.assert_close(of_single, double, rtol=1e-4, atol=1e-6)
